"""Every way in which the product refuses: the codes that clients key on."""

import ast
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from typing import IO, Any

import click
from babel.messages.extract import extract_python

import app
from app.core.errors import DomainError
from app.http.problems import status_of


@click.command("problems")
@click.option("--markdown", is_flag=True, help="Write the page of the documentation.")
def show(*, markdown: bool) -> None:
    """Show every problem code with its status and meaning."""
    if markdown:
        click.echo(page(), nl=False)
        return
    for error in kinds():
        click.echo(f"{status_of(error())}  {error.code:32} {error.title()}")


def kinds() -> list[type[DomainError]]:
    """Return every error of the product, by code."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    found: dict[str, type[DomainError]] = {}
    waiting = [DomainError]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.__module__.startswith("app."):
                found.setdefault(kind.code, kind)
    return [found[code] for code in sorted(found)]


def page() -> str:
    """Return docs/problems.md."""
    head = [
        "# Problems",
        "",
        "What the API refuses, it refuses with an `application/problem+json` document (RFC 9457):",
        "`type`, `code`, `title` (in the caller's language), `status`, and what else is known,",
        "such as `errors`: a list of `{field, value, message, remedy}`. Codes are stable: key on",
        "them, not on titles.",
        "This page is written by `shifu problems --markdown`.",
        "",
        "| code | status | meaning |",
        "| --- | --- | --- |",
    ]
    rows = [f"| `{kind.code}` | {status_of(kind())} | {kind.title()} |" for kind in kinds()]
    return "\n".join([*head, *rows, ""])


def extract(
    file: IO[bytes], keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, Any, Any, Any]]:
    """Give Babel a module's marked texts, its errors' titles and their remedies."""
    source = file.read()
    yield from extract_python(BytesIO(source), keywords, comment_tags, options)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and any(map(_names_code, node.body)):
            title = (ast.get_docstring(node) or "").partition("\n")[0]
            yield node.lineno, "", title, []
        elif isinstance(node, ast.keyword) and _is_remedy(node):
            yield node.value.lineno, "", ast.literal_eval(node.value), []


def _is_remedy(node: ast.keyword) -> bool:
    given = node.value.value if isinstance(node.value, ast.Constant) else None
    return node.arg == "remedy" and bool(given)


def _names_code(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and ast.unparse(statement.targets[0]) == "code"
    )
