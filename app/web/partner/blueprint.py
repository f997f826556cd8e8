"""The blueprint of brands and partners: who may reach it, and the way around in it."""

from flask import Blueprint
from flask_babel import gettext

from app.core.policies import Role
from app.http.actor import current_actor
from app.http.guards import allow
from app.web.shared.navigation import Entry, rail

blueprint = Blueprint("partner", __name__, template_folder="templates", url_prefix="/partner")
both = allow(Role.BRAND, Role.PARTNER)
brands = allow(Role.BRAND)
partners = allow(Role.PARTNER)


def entries() -> list[Entry]:
    """List the ways that the reader has."""
    actor = current_actor()
    ways: list[Entry] = [("partner.jobs", "wrench", gettext("Jobs"), ())]
    if actor.has(Role.BRAND):
        ways.append(("partner.certificates", "badge-check", gettext("Certificates"), ()))
    if actor.has(Role.PARTNER):
        under = ("partner.person", "partner.hand_in", "partner.add_shift")
        ways.append(("partner.people", "users", gettext("Technicians"), under))
    return ways


blueprint.context_processor(rail(entries))
