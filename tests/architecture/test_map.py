"""The map of the code, as far as import-linter cannot see it."""

import subprocess

from app.core.db import Base
from tests.architecture.project import ROOT, areas, contract, load_models

VOCABULARY = {
    "__init__", "events", "models", "rules", "policies", "queries", "gateways", "translate",
    "service", "schemas", "routes", "tasks", "subscribers", "templates",
}  # fmt: skip
TOP_LEVEL = {
    ".ci", ".gitignore", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "app", "docs",
    "migrations", "pyproject.toml", "solver", "tests", "wsgi.py",
}  # fmt: skip


def heights() -> dict[str, int]:
    """Return each area's height in the map; core is lowest."""
    layers = contract("map")["layers"]
    return {
        area.strip(): height
        for height, layer in enumerate(reversed(layers))
        for area in layer.split("|")
    }


def test_every_foreign_key_points_down_the_map_or_stays_at_home():
    load_models()
    area = {m.local_table.name: m.class_.__module__.split(".")[1] for m in Base.registry.mappers}
    height = heights()

    astray = [
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if (home := area[table.name]) != (target := area[key.column.table.name])
        and height[target] >= height[home]
    ]

    assert not astray


def test_an_area_is_made_of_the_modules_every_area_is_made_of():
    strange = [
        f"{area}/{path.name}"
        for area in areas()
        for path in (ROOT / "app" / area).iterdir()
        if path.stem not in VOCABULARY and path.name != "__pycache__"
    ]

    assert not strange


def test_the_top_level_holds_what_a_newcomer_expects():
    listed = subprocess.run(
        ["git", "ls-files"],  # noqa: S607  whichever git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split("\n")
    tracked = {line.split("/")[0] for line in listed if line}

    assert tracked <= TOP_LEVEL, tracked - TOP_LEVEL
