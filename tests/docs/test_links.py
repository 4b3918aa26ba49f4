"""Links lead somewhere, on a code host and on the site."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.docs.reading import DOCUMENTS, ROOT, anchors, links, named

BUILD_SECONDS = 120

of_every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=named)


@of_every_document
def test_every_link_leads_somewhere(document: Path) -> None:
    for link in links(document):
        target = urlsplit(link)
        if target.scheme:
            assert target.scheme == "https", link
            continue
        leads_to = document.parent / target.path if target.path else document
        assert leads_to.exists(), link
        assert leads_to.resolve().is_relative_to(ROOT), link
        if target.fragment:
            assert target.fragment in anchors(leads_to), link


@of_every_document
def test_a_heading_is_the_only_one_of_its_words(document: Path) -> None:
    """Else the anchor of the second would have a number behind it."""
    headings = [line for line in document.read_text().splitlines() if line.startswith("## ")]

    assert len(set(headings)) == len(headings)


def test_every_page_can_be_reached_from_the_front_page() -> None:
    reached, ahead = set(), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop().resolve()
        if page not in reached and page.suffix == ".md":
            reached.add(page)
            ahead += [page.parent / urlsplit(link).path for link in links(page) if link[0] != "#"]

    assert {page for page in DOCUMENTS if page not in reached} == set()


def test_the_site_is_built_and_nothing_is_warned_of(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=BUILD_SECONDS,
    )

    assert built.returncode == 0, built.stderr
    assert "What is promised" in (tmp_path / "guarantees.html").read_text()
    assert (tmp_path / "source/CHANGELOG.md.html").exists()
    for page in tmp_path.rglob("*.html"):
        assert '<script src="http' not in page.read_text(), page
