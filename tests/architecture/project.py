"""What the architecture tests look at."""

import ast
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def contract(name: str) -> dict:
    """Return an import contract of pyproject.toml."""
    contracts = PYPROJECT["tool"]["importlinter"]["contracts"]
    [found] = [c for c in contracts if c["id"] == name]
    return found


def areas() -> list[str]:
    return [container.removeprefix("app.") for container in contract("area")["containers"]]


def modules(*tops: str) -> Iterator[Path]:
    """Yield every Python file below these folders."""
    for top in tops:
        yield from sorted((ROOT / top).rglob("*.py"))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def load_models() -> None:
    """Import every module that declares tables."""
    for models in sorted((ROOT / "app").glob("*/models*")):
        import_module(f"app.{models.parent.name}.models")
    for name in ("audit", "idempotency", "outbox", "tasks"):
        import_module(f"app.core.{name}")
