"""The status page, put together from its parts: one document, and the policy it lives under."""

import base64
import hashlib
from pathlib import Path
from typing import NamedTuple

PARTS = Path(__file__).parent / "parts"

SCRIPTS = ("dom", "words", "chart", "service", "whole", "news")
"""In their order: each knows what those before it define."""

POLICY = (
    "default-src 'none'; connect-src 'self'; img-src data:; style-src '{style}';"
    " script-src '{script}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'"
)
"""This one style and this one script, and nothing from anywhere else."""


class Page(NamedTuple):
    """What is sent, and the Content-Security-Policy beside it."""

    body: bytes
    policy: str


def assembled() -> Page:
    """The page with its style and its script inside."""
    html, style = _part("page.html"), _part("page.css")
    inside = "\n".join(_part(f"{name}.js") for name in SCRIPTS)
    script = f'"use strict";\n(() => {{\n{inside}}})();\n'
    body = html.replace("/* style */", style).replace("/* script */", script)
    policy = POLICY.format(style=_digest(style), script=_digest(script))
    return Page(body.encode(), policy)


def _part(name: str) -> str:
    return (PARTS / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
