"""Taking technicians on, changing what is known of them, showing their personal data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.core import audit, clock
from app.core.db import db
from app.core.errors import Conflict, Invalid, problem_of
from app.core.events import record
from app.core.personal import Person
from app.core.policies import Actor, require
from app.core.saving import save
from app.places import service as places
from app.places.models import Datum, Territory
from app.technicians import policies, queries
from app.technicians.events import TechnicianChanged
from app.technicians.models import Technician

DISPATCHERS_DECIDE = frozenset(
    {
        "partner_id",
        "territory_id",
        "user_id",
        "pace",
        "identity_until",
        "insured_until",
        "cost_per_hour_minor",
        "cost_per_km_minor",
    }
)


class TechnicianExists(Conflict):
    """There is a technician of this code already."""

    code = "technician-exists"


class UserTaken(Conflict):
    """Another technician signs in as this user."""

    code = "user-taken"


class LeavesBeforeJoining(Invalid):
    """The last day at work lies before the first."""

    code = "leaves-before-joining"


@dataclass(frozen=True)
class Home:
    """Where a technician's day starts and ends.

    ``position`` is (latitude, longitude) in ``datum``; without one the address is looked for.
    """

    address: str
    position: tuple[float, float] | None = None
    datum: Datum = Datum.WGS84


def add_technician(
    values: Mapping[str, Any], *, home: Home | None = None, actor: Actor
) -> Technician:
    """Take a technician on, or a standing team.

    Args:
        values: Columns, with ``code``, ``name``, ``phone`` and ``territory_id``.
        home: Where their day starts; it may be told later.
        actor: A dispatcher of the territory, or the partner who employs them.

    Raises:
        Forbidden: the actor keeps nobody there, or sets what dispatchers decide.
        TechnicianExists: the code is taken.
        UserTaken: the user is another technician.
    """
    technician = Technician(person=Person.new(), territory_id=values["territory_id"])
    technician.partner_id = values.get("partner_id")
    require(policies.can_change(actor, technician), "add-technician")
    _require_may_set(actor, technician, set(values) - {"territory_id", "partner_id"})
    _require_free(values["code"], values.get("user_id"))
    _require_order(technician, values)
    with db.session.no_autoflush:
        db.session.add(technician)
        save("add-technician", technician, values, actor=actor)
    if home is not None:
        _settle(technician, home, actor)
    record(TechnicianChanged(at=clock.now(), technician_id=technician.id))
    return technician


def change_technician(
    technician_id: UUID,
    changes: Mapping[str, Any],
    *,
    home: Home | None = None,
    reason: str | None = None,
    actor: Actor,
) -> Technician:
    """Change what is known of a technician; leaving is the day set as ``left_on``.

    Records ``TechnicianChanged`` when something is another than before.

    Raises:
        TechnicianNotFound: there is none for this actor.
        Forbidden: the actor may not change them, or not this of them.
        UserTaken: the user is another technician.
    """
    technician = queries.get(technician_id, actor=actor, locked=True)
    require(policies.can_change(actor, technician), "change-technician")
    _require_may_set(actor, technician, set(changes))
    _require_order(technician, changes)
    if changes.get("user_id") not in {None, technician.user_id}:
        _require_free(None, changes["user_id"])
    changed = save("change-technician", technician, changes, actor=actor, reason=reason)
    if home is not None:
        changed |= _settle(technician, home, actor)
    if changed:
        record(TechnicianChanged(at=clock.now(), technician_id=technician.id))
    return technician


def reveal(technician_id: UUID, *, reason: str, actor: Actor) -> Technician:
    """Let the actor read a technician's name and phone openly, and keep that they did.

    Raises:
        TechnicianNotFound: there is none for this actor.
        Forbidden: the actor may see them, but only masked.
    """
    technician = queries.get(technician_id, actor=actor)
    require(policies.can_reveal(actor, technician), "reveal-technician")
    audit.note("reveal", "technicians", technician.id, actor=actor, reason=reason)
    return technician


def _require_may_set(actor: Actor, technician: Technician, names: set[str]) -> None:
    if not policies.dispatches(actor, technician):
        require(not names & DISPATCHERS_DECIDE, "decide-about-technician")


def _require_free(code: str | None, user_id: UUID | None) -> None:
    if code is not None and _holder(Technician.code == code) is not None:
        raise TechnicianExists(technician=code)
    if user_id is not None and (other := _holder(Technician.user_id == user_id)) is not None:
        raise UserTaken(technician=other)


def _holder(condition: sa.ColumnElement[bool]) -> str | None:
    return db.session.scalar(sa.select(Technician.code).where(condition))


def _require_order(technician: Technician, changes: Mapping[str, Any]) -> None:
    joined = changes.get("joined_on", technician.joined_on)
    left = changes.get("left_on", technician.left_on)
    if joined is not None and left is not None and left < joined:
        message = LeavesBeforeJoining.title()
        raise LeavesBeforeJoining(errors=[problem_of("left_on", message, value=str(left))])


def _settle(technician: Technician, home: Home, actor: Actor) -> bool:
    """Find or make the home's place; tell whether it is another one than before."""
    territory = db.session.get_one(Territory, technician.territory_id)
    place = places.find_or_create(
        technician.person,
        territory=territory,
        address=home.address,
        position=home.position,
        datum=home.datum,
        actor=actor,
    )
    return save("set-home", technician, {"home_id": place.id}, actor=actor)
