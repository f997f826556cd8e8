"""The trade's words for stored values, in the reader's language: states, job types, reasons."""

from collections.abc import Iterable
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _

from app.web.shared.formats import local_name

JOB_TYPES = {
    "install": _("Install"),
    "repair": _("Repair"),
    "maintain": _("Maintain"),
    "remove": _("Remove"),
    "survey": _("Survey"),
}
JOB_STATES = {
    "waiting": _("Waiting"),
    "released": _("Ready to plan"),
    "planned": _("Planned"),
    "started": _("Under way"),
    "done": _("Done"),
    "failed": _("Failed"),
    "cancelled": _("Cancelled"),
}
VISIT_STATES = {
    "open": _("Open"),
    "scheduled": _("Scheduled"),
    "on-the-way": _("On the way"),
    "arrived": _("Arrived"),
    "started": _("Started"),
    "completed": _("Completed"),
    "failed": _("Failed"),
    "cancelled": _("Cancelled"),
}
FAILURES = {
    "nobody-home": _("Nobody at home"),
    "goods-missing": _("Goods missing"),
    "goods-damaged": _("Goods damaged"),
    "wrong-goods": _("Wrong goods"),
    "unsuitable-site": _("Site not suitable"),
    "part-missing": _("Part missing"),
    "unsafe": _("Not safe"),
    "refused": _("Customer refused"),
    "suspected-counterfeit": _("Suspected counterfeit"),
}
PLAN_STATES = {
    "queued": _("Queued"),
    "solving": _("Planning"),
    "ready": _("Ready"),
    "failed": _("Failed"),
}
MESSAGE_STATES = {
    "pending": _("To be sent"),
    "sending": _("Being sent"),
    "sent": _("Sent"),
    "failed": _("Failed"),
    "withdrawn": _("Withdrawn"),
}
OUTCOMES = {
    "created": _("new"),
    "updated": _("changed"),
    "unchanged": _("unchanged"),
    "refused": _("refused"),
    "conflict": _("conflict"),
}
PRECISIONS = {
    "confirmed": _("confirmed on site"),
    "pin": _("pin"),
    "address": _("address"),
    "compound": _("compound"),
    "street": _("street"),
    "district": _("district"),
    "none": _("unknown"),
}
ABSENCES = {
    "leave": _("Leave"),
    "sick": _("Sick"),
    "training": _("Training"),
    "other": _("Other"),
}
CERTIFICATE_STATES = {
    "pending": _("to be approved"),
    "approved": _("approved"),
    "revoked": _("revoked"),
}
LICENCES = {
    "electrician": _("Electrician"),
    "gas-fitter": _("Gas fitter"),
    "refrigeration": _("Refrigeration"),
    "height": _("Work at height"),
    "work-at-height": _("Work at height"),
}
RECIPIENTS = {
    "customer": _("Consumer"),
    "technician": _("Technician"),
}
TOOLS = {
    "cordless-driver": _("cordless driver"),
    "core-drill": _("core drill"),
    "door-kit": _("door fitting kit"),
    "flooring-kit": _("flooring kit"),
    "gas-detector": _("gas detector"),
    "ladder": _("ladder"),
    "laser-level": _("laser level"),
    "manifold-gauge": _("manifold gauge"),
    "mitre-saw": _("mitre saw"),
    "moisture-meter": _("moisture meter"),
    "multimeter": _("multimeter"),
    "pipe-wrench": _("pipe wrench"),
    "silicone-gun": _("silicone gun"),
    "steam-cleaner": _("steam cleaner"),
    "vacuum-pump": _("vacuum pump"),
}
PHOTOS = {
    "before": _("before"),
    "after": _("after"),
    "serial": _("serial number plate"),
    "moisture": _("moisture reading"),
    "outdoor-unit": _("outdoor unit"),
    "site": _("site"),
    "subfloor": _("subfloor"),
    "wall-anchor": _("wall anchor"),
}
RATING_TAGS = {
    "skilled": _("Knows the craft"),
    "tidy": _("Left it tidy"),
    "explained": _("Explained it well"),
    "friendly": _("Friendly"),
    "careless": _("Careless"),
    "messy": _("Left a mess"),
    "rude": _("Rude"),
    "asked-for-money": _("Asked for extra money"),
    "goods-late": _("Goods came late"),
    "goods-damaged": _("Goods were damaged"),
    "badly-planned": _("Badly planned"),
}
ROLES = {
    "administrator": _("Administrator"),
    "dispatcher": _("Dispatcher"),
    "technician": _("Technician"),
    "partner": _("Partner"),
    "brand": _("Brand"),
}
KINDS = {
    "ok": ("done", "completed", "sent", "ready", "approved", "confirmed", "created", "updated"),
    "brand": ("planned", "started", "scheduled", "on-the-way", "arrived", "solving", "sending"),
    "warn": ("waiting", "queued", "pending", "district", "street"),
    "bad": ("failed", "cancelled", "revoked", "none", "refused", "conflict"),
}
CASE_KINDS = {
    "not-finished": _("It is not finished"),
    "damage": _("Something was damaged"),
    "workmanship": _("It was not done well"),
    "conduct": _("How somebody behaved"),
    "cost": _("What it costs"),
    "other": _("Something else"),
}
CASE_STEPS = {
    "received": _("received"),
    "looked-at": _("being looked at"),
    "visit-arranged": _("somebody comes again"),
    "resolved": _("resolved"),
}
CASE_RESOLUTIONS = {
    "done-again": _("It was done again."),
    "explained": _("It was explained."),
    "made-good": _("It was made good."),
    "not-ours": _("It was not for us to put right."),
    "withdrawn": _("You let it rest."),
}
MESSAGE_KINDS = {
    "reminders": _("A reminder the day before"),
    "ratings": _("How it was, and whether it is still good"),
}
CANCEL_REASONS = {
    "not-needed": _("It is no longer needed"),
    "goods-returned": _("The goods go back"),
    "time-does-not-suit": _("No time suits me"),
    "other-help": _("Somebody else does it"),
    "other": _("Another reason"),
}
HOLDERS = {
    "customers": _("Consumer"),
    "places": _("Place"),
    "orders": _("Order"),
    "jobs": _("Job"),
    "items": _("Goods"),
    "technicians": _("Technician"),
    "users": _("User"),
    "cases": _("Case"),
    "case_entries": _("Word in a case"),
    "ratings": _("Rating"),
    "rating_revisions": _("Earlier rating"),
    "visit_reports": _("Report from the field"),
}
"""What rows of personal data are, by table."""
TABLES = {
    "job_type": JOB_TYPES,
    "job_state": JOB_STATES,
    "visit_state": VISIT_STATES,
    "failure": FAILURES,
    "plan_state": PLAN_STATES,
    "message_state": MESSAGE_STATES,
    "outcome": OUTCOMES,
    "precision": PRECISIONS,
    "absence": ABSENCES,
    "licence": LICENCES,
    "photo": PHOTOS,
    "tool": TOOLS,
    "recipient": RECIPIENTS,
    "role": ROLES,
    "certificate_state": CERTIFICATE_STATES,
    "rating_tag": RATING_TAGS,
    "cancel_reason": CANCEL_REASONS,
    "message_kind": MESSAGE_KINDS,
    "case_kind": CASE_KINDS,
    "case_step": CASE_STEPS,
    "case_resolution": CASE_RESOLUTIONS,
    "holder": HOLDERS,
}


def init_app(app: Flask) -> None:
    app.jinja_env.filters["word"] = word
    app.jinja_env.filters["listed"] = listed
    app.jinja_env.filters["tone"] = tone
    app.jinja_env.globals["words_of"] = options
    app.jinja_env.globals["named"] = named


def word(value: object, table: str) -> str:
    """Return the word for a stored value; the value itself where the table has none."""
    stored = str(getattr(value, "value", value))
    return str(TABLES[table].get(stored, stored))


def listed(values: Iterable[object], table: str) -> str:
    """Return the words for several stored values, in a line."""
    return ", ".join(word(value, table) for value in values)


def options(table: str, values: Iterable[Any] | None = None) -> list[tuple[str, str]]:
    """Return the choices of a list: stored values with their words."""
    stored = TABLES[table] if values is None else [str(getattr(v, "value", v)) for v in values]
    return [(value, word(value, table)) for value in stored]


def named(rows: Iterable[Any]) -> list[tuple[str, str]]:
    """Return the choices of a list of rows: codes with names in the reader's language."""
    return [(row.code, local_name(row)) for row in rows]


def tone(value: object) -> str:
    """Return the colour class of a state: good, running, to be watched, bad or none."""
    stored = str(getattr(value, "value", value))
    return next((kind for kind, states in KINDS.items() if stored in states), "")
