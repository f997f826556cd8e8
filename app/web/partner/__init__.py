"""What brands and partners see: their jobs and how they went, certificates, partners' people."""

from flask import Flask

from app.web.partner.blueprint import blueprint
from app.web.partner.pages import certificates, jobs, people

PAGES = (certificates, jobs, people)
"""Each module adds its pages to the blueprint when it is imported."""


def register(app: Flask) -> None:
    """Mount the pages of brands and partners."""
    app.register_blueprint(blueprint)
