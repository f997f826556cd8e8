"""Making, moving and taking away shifts."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.core import audit, clock
from app.core.db import db
from app.core.errors import Conflict, Invalid, problem_of
from app.core.events import record
from app.core.policies import Actor, require
from app.core.saving import save
from app.technicians import policies, queries
from app.technicians.events import ShiftChanged
from app.technicians.models import Shift, Technician

LONGEST = timedelta(hours=24)


class ShiftOverlaps(Conflict):
    """The technician has a shift at that time already."""

    code = "shift-overlaps"


class ShiftNotValid(Invalid):
    """These times do not make a shift."""

    code = "shift-not-valid"


def add_shift(technician_id: UUID, values: Mapping[str, Any], *, actor: Actor) -> Shift:
    """Give a technician a shift.

    Args:
        technician_id: Whose.
        values: Columns; ``breaks`` as ``[{"earliest", "latest", "minutes"}]``, aware datetimes
            between which the break starts.
        actor: Who keeps the technician.

    Records ``ShiftChanged``: planning looks at the time it covers again.

    Raises:
        TechnicianNotFound: there is none for this actor.
        ShiftNotValid: it ends before it starts, is too long, or a break does not fit.
        ShiftOverlaps: they have one at that time.
    """
    technician = _kept(technician_id, actor)
    shift = Shift(technician_id=technician.id)
    return _write("add-shift", shift, technician, values, actor)


def change_shift(
    technician_id: UUID, shift_id: UUID, changes: Mapping[str, Any], *, actor: Actor
) -> Shift:
    """Move a shift or change its breaks and limits; records ``ShiftChanged``.

    Raises:
        ShiftNotFound: the technician has no such shift.
        ShiftNotValid: it would end before it starts, or a break would not fit.
        ShiftOverlaps: they have another one at that time.
    """
    technician = _kept(technician_id, actor)
    shift = queries.owned(Shift, shift_id, technician=technician, locked=True)
    return _write("change-shift", shift, technician, changes, actor)


def remove_shift(
    technician_id: UUID, shift_id: UUID, *, reason: str | None = None, actor: Actor
) -> None:
    """Take a shift away; records ``ShiftChanged``.

    Raises:
        ShiftNotFound: the technician has no such shift.
    """
    technician = _kept(technician_id, actor)
    shift = queries.owned(Shift, shift_id, technician=technician, locked=True)
    audit.note(
        "remove-shift",
        "shifts",
        shift.id,
        actor=actor,
        reason=reason,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
    )
    db.session.delete(shift)
    db.session.flush()
    _announce(shift, shift.starts_at, shift.ends_at)


def _kept(technician_id: UUID, actor: Actor) -> Technician:
    """Lock the technician: two shifts made at once would not see each other otherwise."""
    technician = queries.get(technician_id, actor=actor, locked=True)
    require(policies.can_change(actor, technician), "change-shifts")
    return technician


def _write(
    action: str, shift: Shift, technician: Technician, values: Mapping[str, Any], actor: Actor
) -> Shift:
    before = [at for at in (shift.starts_at, shift.ends_at) if at is not None]
    starts_at = values.get("starts_at", shift.starts_at)
    ends_at = values.get("ends_at", shift.ends_at)
    columns = dict(values)
    if values.get("breaks") is not None:
        columns["breaks"] = [stored(rest) for rest in values["breaks"]]
    _require_valid(starts_at, ends_at, columns.get("breaks", shift.breaks or []))
    _require_free(technician, shift, starts_at, ends_at)
    db.session.add(shift)
    if save(action, shift, columns, actor=actor):
        _announce(shift, min([*before, starts_at]), max([*before, ends_at]))
    return shift


def stored(rest: Mapping[str, Any]) -> dict[str, Any]:
    """Return a break as its row keeps it."""
    return {
        "earliest": rest["earliest"].astimezone(UTC).isoformat(),
        "latest": rest["latest"].astimezone(UTC).isoformat(),
        "minutes": rest["minutes"],
    }


def _require_valid(starts_at: datetime, ends_at: datetime, breaks: list[dict[str, Any]]) -> None:
    errors = []
    if ends_at <= starts_at:
        errors.append(problem_of("ends_at", "is not after the start", value=ends_at.isoformat()))
    if ends_at - starts_at > LONGEST:
        remedy = "divide it into one shift for each day"
        errors.append(problem_of("ends_at", "makes a shift of over 24 hours", remedy=remedy))
    for rest in breaks:
        earliest, latest = map(datetime.fromisoformat, (rest["earliest"], rest["latest"]))
        over = latest + timedelta(minutes=rest["minutes"])
        if not (starts_at <= earliest <= latest and over <= ends_at and rest["minutes"] > 0):
            message = "has a break that does not lie inside the shift"
            errors.append(problem_of("breaks", message, value=dict(rest)))
    if errors:
        raise ShiftNotValid(errors=errors)


def _require_free(
    technician: Technician, shift: Shift, starts_at: datetime, ends_at: datetime
) -> None:
    chosen = sa.select(Shift).where(
        Shift.technician_id == technician.id, Shift.starts_at < ends_at, Shift.ends_at > starts_at
    )
    if shift.id is not None:
        chosen = chosen.where(Shift.id != shift.id)
    with db.session.no_autoflush:
        other = db.session.scalar(chosen.limit(1))
    if other is not None:
        raise ShiftOverlaps(
            technician=technician.code, starts_at=other.starts_at, ends_at=other.ends_at
        )


def _announce(shift: Shift, starts_at: datetime, ends_at: datetime) -> None:
    record(
        ShiftChanged(
            at=clock.now(),
            technician_id=shift.technician_id,
            shift_id=shift.id,
            starts_at=starts_at,
            ends_at=ends_at,
        )
    )
