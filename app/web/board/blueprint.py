"""The dispatcher's blueprint: who may reach it, and the way around in it."""

from flask import Blueprint
from flask_babel import gettext

from app.core.policies import Role
from app.http.actor import current_actor
from app.http.guards import allow
from app.web.shared.navigation import Entry, rail

blueprint = Blueprint("board", __name__, template_folder="templates")
office = allow(Role.DISPATCHER, Role.ADMINISTRATOR)
administrators = allow(Role.ADMINISTRATOR)


def entries() -> list[Entry]:
    """List the ways that the reader has."""
    return [
        ("board.today", "layout-dashboard", gettext("Board"), ("board.day",)),
        (
            "board.jobs",
            "wrench",
            gettext("Jobs"),
            ("board.job", "board.new_job", "board.edit_job"),
        ),
        ("board.waiting", "hourglass", gettext("Waiting"), ("board.waiting_place",)),
        ("board.imports", "upload", gettext("Imports"), ()),
        ("board.plans", "history", gettext("Plans"), ("board.plan",)),
        ("board.technicians", "users", gettext("Technicians"), ("board.technician",)),
        ("board.catalogue", "book-open", gettext("Catalogue"), ("board.model",)),
        ("board.outbox", "mail", gettext("Messages"), ("board.message",)),
        *(_administration() if current_actor().is_administrator else ()),
    ]


def _administration() -> list[Entry]:
    under = ("board.person", "board.new_person", "board.keys")
    return [
        ("board.people", "settings", gettext("People"), under),
        ("board.persons", "lock", gettext("Personal data"), ("board.person_held",)),
    ]


blueprint.context_processor(rail(entries))
