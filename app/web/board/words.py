"""Why a job is left out or waits, and what would help, in the reader's language."""

from typing import Any
from uuid import UUID

from flask import Flask
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.accounts import queries as accounts
from app.core.errors import DomainError
from app.core.personal import masked
from app.jobs.queries import JobView
from app.technicians.queries import Shortfall
from app.web.shared.formats import local_name, money
from app.web.shared.problems import fault_text, refusal_line
from app.web.shared.words import word

REASONS = {
    "nobody-qualified": _("Nobody holds the certificate it needs."),
    "certificate-expired": _("The certificates it needs have expired by then."),
    "excluded": _("The technicians who could come are excluded."),
    "no-shift": _("Nobody qualified is on shift in its window."),
    "window-too-narrow": _("It fits no route inside its window."),
    "limit": _("A limit of jobs, distance or driving is reached."),
    "crew-incomplete": _("Not enough qualified people are free at once."),
    "tool-missing": _("A tool it needs is in no van."),
    "part-missing": _("A part it needs is in no van."),
    "link-left-out": _("The job it depends on is not planned."),
    "unreachable": _("It cannot be reached in time."),
    "crowded-out": _("More urgent jobs take the time."),
    "not-worth-it": _("Coming costs more than leaving it for another day."),
    "search-limit": _("It would fit: the search ended first. Plan again."),
    "not-in-plan": _("It is not in this plan. Plan again, or place it by hand."),
}
WAYS_IN = {
    "system": "Shifu",
    "link": _("the consumer"),
    "key": _("a brand's system"),
}
REMEDIES = {
    "window": _("Agree another window"),
    "overtime": _("Allow overtime"),
    "certificate": _("Certify a technician"),
    "displace": _("Move another job"),
    "crew": _("Add a helper"),
    "part": _("Supply the part or tool"),
}


CHANGES = {
    "job": _("the job was changed"),
    "place": _("the place was changed"),
    "shift": _("the shift was changed"),
    "pins": _("the pins were changed"),
    "certificates": _("the certificates were changed"),
    "not-plannable": _("the job cannot be planned any more"),
    "visit-under-way": _("the visit is under way"),
    "not-qualified": _("the technician is no longer qualified"),
    "technician-busy": _("the technician has another visit then"),
    "linked-job-changed": _("the job before it was changed"),
}
MOVES = {
    "not-plannable": _("The job cannot be planned now."),
    "visit-under-way": _("The visit is under way."),
    "no-such-seat": _("The job has no such seat."),
    "not-qualified": _("Not qualified:"),
    "no-shift": _("No shift then."),
    "outside-window": _("Outside the promised window."),
    "outside-permitted-hours": _("Outside the hours in which work is permitted there."),
    "technician-busy": _("Another visit at that time."),
    "crew-incomplete": _("The rest of the crew would be missing."),
    "twice-in-crew": _("They are in this crew already."),
    "linked-job": _("The job before it is not over by then."),
}
ACTIONS = {
    "add-job": _("Taken in"),
    "change-job": _("Changed"),
    "review-job": _("Looked at for release"),
    "confirm-window": _("Window agreed"),
    "cancel-job": _("Cancelled"),
    "reveal": _("Personal data shown"),
    "reveal-contact": _("Contact shown"),
    "export-person": _("Copy taken"),
    "forget-person": _("Forgotten"),
    "mark-planned": _("Planned"),
    "mark-released": _("Released"),
    "mark-started": _("Started"),
    "mark-done": _("Done"),
    "mark-failed": _("Failed"),
    "unpin-job": _("Left to planning again"),
    "pin-job": _("Fixed by hand"),
    "open-visit": _("Visit opened"),
    "schedule-visit": _("Visit scheduled"),
    "unschedule-visit": _("Visit taken off"),
    "move-visit": _("Visit moved"),
    "hold-window": _("Time held"),
    "release-hold": _("Held time given back"),
    "book-visit": _("Time booked"),
    "book-assignment": _("Technician booked"),
    "assign": _("Technician assigned"),
    "free-assignment": _("Technician released"),
    "flag-assignment": _("To be looked at again"),
    "report-visit": _("Reported from the field"),
    "reject-report": _("Report from the field refused"),
    "import-history": _("Brought in from before"),
    "visit-on-the-way": _("On the way"),
    "visit-arrived": _("Arrived"),
    "visit-started": _("Work started"),
    "visit-completed": _("Visit completed"),
    "visit-failed": _("Visit failed"),
    "visit-cancelled": _("Visit cancelled"),
    "add-technician": _("Added"),
    "change-technician": _("Changed"),
    "set-home": _("Home set"),
    "add-certificate": _("Certificate recorded"),
    "change-certificate": _("Certificate changed"),
    "add-licence": _("Licence recorded"),
    "change-licence": _("Licence changed"),
    "declare-absence": _("Absence recorded"),
    "change-absence": _("Absence changed"),
    "request-plan": _("Plan asked for"),
    "request-repair": _("Mending asked for"),
    "cancel-plan": _("Cancelled"),
    "publish-plan": _("Published"),
}
FIELDS = {
    "brand": _("Brand"),
    "order_no": _("The shop's order number"),
    "job_type": _("Work"),
    "category": _("Category"),
    "model": _("Model"),
    "quantity": _("Count"),
    "serial": _("Serial number"),
    "customer_name": _("Consumer"),
    "phone": _("Phone"),
    "phone_expires": _("Number valid until"),
    "address": _("Address"),
    "district": _("District"),
    "date": _("Day"),
    "window_start": _("Starts from"),
    "window_end": _("until"),
    "confirmed": _("Window agreed"),
    "floor": _("Floor"),
    "has_lift": _("Lift"),
    "notes": _("Notes"),
}
IMPORT_KINDS = {
    "orders": _("Orders"),
    "arrivals": _("Arrived parcels"),
    "absences": _("Absences"),
    "brands": _("Brands"),
    "categories": _("Categories"),
    "certificates": _("Certificates"),
    "history": _("Finished visits"),
    "landmarks": _("Landmarks"),
    "licences": _("Licences"),
    "models": _("Models"),
    "partners": _("Partners"),
    "pay_rates": _("Pay rates"),
    "prices": _("Prices"),
    "shifts": _("Shifts"),
    "technicians": _("Technicians"),
    "territories": _("Territories"),
    "users": _("Users"),
    "work_specs": _("What jobs take"),
}
LACKS = {
    "left": _("left on %(left_on)s"),
    "not-yet-joined": _("joins on %(joined_on)s"),
    "identity-check-expired": _("identity check expired on %(valid_until)s"),
    "insurance-expired": _("insurance expired on %(valid_until)s"),
    "no-certificate": _("no certificate of this brand for this category and kind of work"),
    "not-approved": _("certificate is not approved"),
    "certificate-expired": _("certificate expired on %(valid_until)s"),
    "certificate-not-yet": _("certificate begins on %(valid_from)s"),
    "level-too-low": _("certificate is of level %(held)s, the job needs %(needed)s"),
    "licence-missing": _("no licence: %(kind)s"),
    "licence-expired": _("licence expired on %(valid_until)s: %(kind)s"),
    "licence-not-yet": _("licence begins on %(valid_from)s: %(kind)s"),
}
BLOCKERS = {
    "parcels-missing": (
        _("Parcels have not all arrived"),
        _("Wait for the parcels, or record their arrival."),
    ),
    "kit-mismatch": (
        _("The parcels make no complete kit"),
        _("Have the missing goods sent, or correct what the parcels hold."),
    ),
    "no-place": (_("Place not found"), _("Drop a pin, or correct the address.")),
    "place-too-coarse": (
        _("Place known only roughly"),
        _("Drop a pin: the address was found only roughly."),
    ),
    "no-duration": (
        _("Duration unknown"),
        _("Say how long it takes, or give its category a work spec."),
    ),
    "waiting-for-job": (
        _("Another job comes first"),
        _("See to the job that comes first, or remove the link."),
    ),
    "window-passed": (_("The window has passed"), _("Agree on a new window.")),
    "visit-failed": (
        _("The visit failed"),
        _("Decide: send somebody again, or cancel the job."),
    ),
    "unconfirmed": (
        _("Window not agreed"),
        _("Ask the consumer and confirm; until then the window is only proposed."),
    ),
}


def init_app(app: Flask) -> None:
    app.jinja_env.filters["fault_text"] = fault_text
    app.jinja_env.filters["lack_text"] = lack_text
    app.jinja_env.filters["action_text"] = lambda action: str(ACTIONS.get(action, action))
    app.jinja_env.filters["who"] = who
    app.jinja_env.filters["blocker_text"] = lambda code: blocker(code)[0]
    app.jinja_env.filters["blocker_fix"] = lambda code: blocker(code)[1]
    app.jinja_env.filters["job_title"] = job_title
    app.jinja_env.filters["masked"] = masked
    app.jinja_env.filters["reason_text"] = reason_text
    app.jinja_env.filters["remedy_text"] = remedy_text


def who(identity: str) -> str:
    """Name who acted, as the audit knows them: users by login, everybody else by their kind."""
    via, _, key = identity.partition(":")
    login = accounts.login_of(UUID(key)) if via in {"session", "token"} else None
    return login or str(WAYS_IN.get(via, via))


def reason_text(reason: dict[str, Any]) -> str:
    """Say why, by code; a code we do not know says its own text."""
    code = reason["code"]
    return str(REASONS.get(code) or reason.get("text") or code)


def remedy_text(remedy: dict[str, Any], currency: str) -> str:
    """Say what would help and what it costs."""
    said = str(REMEDIES.get(remedy["kind"]) or remedy.get("text") or remedy["kind"])
    cost = remedy.get("cost_minor")
    if not cost:
        return said
    return str(gettext("%(remedy)s (%(cost)s)", remedy=said, cost=money(cost, currency)))


def job_title(view: JobView) -> str:
    """Name a job in a few words: what is done to what."""
    return f"{word(view.job.job_type, 'job_type')} · {local_name(view.model or view.category)}"


def lack_text(lack: Shortfall) -> str:
    """Say what a technician lacks for a job, with its days and levels."""
    return _lack(lack.code, lack.detail, str(lack))


def _lack(code: str, detail: dict[str, Any], otherwise: str) -> str:
    kind = word(detail["kind"], "licence") if "kind" in detail else ""
    said = LACKS.get(code)
    return str(said) % {**detail, "kind": kind} if said else otherwise


def blocker(code: str) -> tuple[str, str]:
    """Return why a job waits and what would fix it."""
    why, fix = BLOCKERS.get(code, (code, ""))
    return str(why), str(fix)


def change_text(changed: dict[str, Any]) -> str:
    """Say which job of a plan changed, and how."""
    said = ", ".join(str(CHANGES.get(code, code)) for code in changed["changes"])
    return f"#{changed['job_number']}: {said}"


def refusal_text(error: Exception) -> str:
    """Say a refusal in a line, with its reasons and its remedy where it has them."""
    said = refusal_line(error)
    if not isinstance(error, DomainError):
        return said
    reasons = [_move_text(reason) for reason in error.details.get("reasons", [])]
    remedy = error.details.get("remedy")
    return " ".join([said, *reasons, *([gettext(remedy)] if remedy else [])])


def _move_text(reason: dict[str, Any]) -> str:
    said = str(MOVES.get(reason["code"], reason["code"]))
    lacks = [_lack(lack["code"], lack, lack["text"]) for lack in reason.get("lacks", [])]
    return f"{said} {', '.join(lacks)}".strip()


def field_name(field: str) -> str:
    return str(FIELDS.get(field, field))


def import_kind(kind: str) -> str:
    return str(IMPORT_KINDS.get(kind, kind))
