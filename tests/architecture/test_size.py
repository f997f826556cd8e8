"""Modules and functions stay small enough to be read."""

import ast

from tests.architecture.project import ROOT, modules, tree_of

MODULE_LINES, FUNCTION_LINES = 400, 50


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its docstring."""
    words = ast.get_docstring(node, clean=False)
    doc = words.count("\n") + 1 if words else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - doc


def test_no_module_is_longer_than_can_be_read_in_one_go():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules("app", "solver")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MODULE_LINES
    }

    assert not long


def test_no_function_is_longer_than_a_screen():
    long = [
        f"{path.relative_to(ROOT)}:{node.name} ({length(node)})"
        for path in modules("app", "solver")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and length(node) > FUNCTION_LINES
    ]

    assert not long
