"""Pages for people: the board, the technician's phone, partners' pages, consumers' links."""

from flask import Flask

from app.web import board, field, partner, portal, shared


def register(app: Flask) -> None:
    """Mount every front-end; each knows the areas below and none of the others."""
    for front_end in (shared, board, field, partner, portal):
        front_end.register(app)
