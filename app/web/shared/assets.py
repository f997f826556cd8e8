"""Scripts, styles and drawings, served from the package."""

from pathlib import Path

from flask import Flask, url_for

FOLDER = Path(__file__).parent.parent / "static"


def init_app(app: Flask) -> None:
    app.jinja_env.globals["asset"] = address_of


def address_of(name: str) -> str:
    return url_for("static", filename=name)


def tile_source(template: str) -> str:
    """Return where map tiles come from, as a content policy names it; empty: from us."""
    scheme, found, rest = template.partition("://")
    return f"{scheme}://{rest.split('/', 1)[0].replace('{s}', '*')}" if found else ""


def exists(name: str) -> bool:
    return (FOLDER / name).is_file()
