"""The technician's phone: my day in order, what a visit needs, one button for what comes next."""

from flask import Flask

from app.web.field import offline, pages


def register(app: Flask) -> None:
    """Mount the technician's pages."""
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(offline.blueprint)
