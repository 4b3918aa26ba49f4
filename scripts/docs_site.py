"""What the site needs beyond docs/: the files of the repository that its pages link to.

A hook of MkDocs (`make site`). On a code host such a link opens the file; the site carries a copy
of it below source/, so that it needs no code host.
"""

import posixpath
import re
from html import escape
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
SOURCE = "source"
LINK = re.compile(r"(?<=\]\()(?P<path>\.\./[^)#\s]*)(?=[)#])")
"""Of a Markdown link, a relative target that leads upwards."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page for each file and folder of the repository that a page links to."""
    runbooks = sorted(
        file.src_uri for file in files.documentation_pages() if file.src_uri.startswith("runbooks/")
    )
    _fill(config.nav, runbooks)
    for target in sorted(_targets(files)):
        files.append(File.generated(config, _copy(target), content=_content(ROOT / target)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead links out of docs/ to the copies."""
    del config, files
    return LINK.sub(lambda match: _led(page.file.src_uri, match["path"]), markdown)


def _targets(files: Files) -> set[str]:
    found = set()
    for file in files.documentation_pages():
        for match in LINK.finditer(file.content_string):
            found.add(_outside(file.src_uri, match["path"]))
    return found - {None}


def _outside(page: str, path: str) -> str | None:
    """What *path* on *page* leads to, from the repository's root; None inside docs/."""
    target = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page), path))
    return None if target.startswith("docs/") else target


def _led(page: str, path: str) -> str:
    target = _outside(page, path)
    if target is None:
        return path
    return posixpath.relpath(_copy(target), posixpath.dirname(page) or ".")


def _copy(target: str) -> str:
    return f"{SOURCE}/{target}.md"


def _content(path: Path) -> str:
    """A page of *path*: a listing of a folder, a text as it stands."""
    title = path.relative_to(ROOT).as_posix()
    if path.is_dir():
        listing = "\n".join(f"- `{entry.name}`" for entry in sorted(path.iterdir()))
        return f"# {title}\n\n{listing}\n"
    return f"# {title}\n\n<pre><code>{escape(path.read_text())}</code></pre>\n"


def _fill(nav: list[object] | None, runbooks: list[str]) -> None:
    """Put each runbook where the navigation says only that they stand there."""
    for section in nav or []:
        if isinstance(section, dict):
            for name, entries in section.items():
                if entries == "runbooks":
                    section[name] = runbooks
                elif isinstance(entries, list):
                    _fill(entries, runbooks)
