"""What may be compiled: mypyc takes other code too, and makes something else of it."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
WHEEL = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
MODULES: list[str] = WHEEL["hooks"]["custom"]["modules"]


def tree(module: str) -> ast.Module:
    return ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text())


def within(nodes: list[ast.stmt]) -> Iterator[ast.AST]:
    for node in nodes:
        yield from ast.walk(node)


def handlers(module: str) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ExceptHandler):
            yield node.body
        if isinstance(node, ast.Try):
            yield node.finalbody


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_awaited_while_an_exception_is_handled(module: str) -> None:
    """Every other task would handle it too, and keep all that it knows for as long."""
    waits = (ast.Await, ast.AsyncWith, ast.AsyncFor, ast.Yield, ast.YieldFrom)

    assert not [node for body in handlers(module) for node in within(body) if type(node) in waits]


@pytest.mark.parametrize("module", MODULES)
def test_no_class_is_described_by_more_than_its_bases(module: str) -> None:
    """`frozen=True` of a struct, and all else that stands behind the bases, would be lost."""
    classes = [node for node in ast.walk(tree(module)) if isinstance(node, ast.ClassDef)]

    assert not [one.name for one in classes if one.keywords or one.decorator_list]


def test_they_stand_in_order_and_what_every_record_passes_is_among_them() -> None:
    assert sorted(set(MODULES)) == MODULES
    assert {
        "bridge.lanes",
        "bridge.ledger",
        "bridge.dispatcher",
        "bridge.intake",
        "bridge.admission",
    } <= set(MODULES)


def test_what_they_import_has_its_types_where_a_wheel_is_built() -> None:
    """Where those are missing, mypyc knows nothing of the modules, and compiles none."""
    imported = {
        name.partition(".")[0]
        for module in MODULES
        for node in ast.walk(tree(module))
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }
    pinned = (ROOT / "requirements/build.txt").read_text()
    from_elsewhere = imported - {"bridge"} - sys.stdlib_module_names

    assert {"aiohttp", "msgspec"} <= from_elsewhere
    assert not [one for one in from_elsewhere if f"{one.replace('_', '-')}==" not in pinned]
