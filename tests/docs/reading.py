"""The documents, as a reader of Markdown sees them."""

import argparse
import itertools
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bridge.usage import parser

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    document
    for pattern in ("*.md", "docs/**/*.md", "helm/omeda-bridge/README.md")
    for document in ROOT.glob(pattern)
    if "node_modules" not in document.parts
)


def command_line() -> argparse.ArgumentParser:
    """What `omeda-bridge` takes."""
    return parser()


class Sample(NamedTuple):
    """A block of code."""

    document: Path
    line: int
    language: str
    text: str

    def __repr__(self) -> str:
        return f"{named(self.document)}:{self.line}"


def named(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


@cache
def tokens(document: Path) -> tuple[Token, ...]:
    return tuple(MarkdownIt("commonmark").enable("table").parse(document.read_text()))


def inline(document: Path) -> Iterator[Token]:
    for token in tokens(document):
        yield from token.children or ()


def links(document: Path) -> set[str]:
    """Targets of links and images."""
    targets = {token.attrGet("href") or token.attrGet("src") for token in inline(document)}
    return {str(target) for target in targets if target}


def codes(document: Path) -> set[str]:
    """Code within sentences."""
    return {token.content for token in inline(document) if token.type == "code_inline"}


def anchors(document: Path) -> set[str]:
    """Of the headings, as code hosts make them."""
    found = tokens(document)
    headings = [
        after.content for token, after in itertools.pairwise(found) if token.type == "heading_open"
    ]
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


def samples(*languages: str) -> list[Sample]:
    """Every block, or those in one of *languages*."""
    return [
        Sample(document, (token.map or [0])[0] + 1, token.info.strip(), token.content)
        for document in DOCUMENTS
        for token in tokens(document)
        if token.type == "fence" and (not languages or token.info.strip() in languages)
    ]
