"""The dispatcher's board: days, jobs, what waits, imports, plans, people, catalogue, messages."""

from flask import Flask

from app.web.board import words
from app.web.board.blueprint import blueprint
from app.web.board.pages import (
    accounts,
    catalogue,
    days,
    imports,
    jobs,
    messages,
    moving,
    persons,
    plans,
    technicians,
    waiting,
)

PAGES = (
    accounts,
    catalogue,
    days,
    imports,
    jobs,
    messages,
    moving,
    persons,
    plans,
    technicians,
    waiting,
)
"""Each module adds its pages to the blueprint when it is imported."""


def register(app: Flask) -> None:
    """Mount the dispatcher's pages."""
    words.init_app(app)
    app.register_blueprint(blueprint)
