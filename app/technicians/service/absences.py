"""Declaring, changing and withdrawing absences."""

from collections.abc import Mapping
from datetime import datetime
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
from app.technicians.events import AbsenceDeclared, AbsenceWithdrawn
from app.technicians.models import Absence, Technician


class AbsenceOverlaps(Conflict):
    """The technician is declared absent at that time already."""

    code = "absence-overlaps"


class AbsenceNotValid(Invalid):
    """An absence ends after it starts."""

    code = "absence-not-valid"


def declare_absence(technician_id: UUID, values: Mapping[str, Any], *, actor: Actor) -> Absence:
    """Say that a technician will not be there, whatever their shifts say.

    Records ``AbsenceDeclared``: planning finds the visits that lose their technician.

    Raises:
        TechnicianNotFound: there is none for this actor.
        AbsenceNotValid: it ends before it starts.
        AbsenceOverlaps: another one is declared for part of that time.
    """
    technician = _kept(technician_id, actor)
    return _write("declare-absence", Absence(technician_id=technician.id), values, actor)


def change_absence(
    technician_id: UUID, absence_id: UUID, changes: Mapping[str, Any], *, actor: Actor
) -> Absence:
    """Lengthen, shorten or rename an absence; records ``AbsenceDeclared`` for its new time.

    Raises:
        AbsenceNotFound: the technician has no such absence.
        AbsenceNotValid: it would end before it starts.
        AbsenceOverlaps: another one is declared for part of that time.
    """
    technician = _kept(technician_id, actor)
    absence = queries.owned(Absence, absence_id, technician=technician, locked=True)
    return _write("change-absence", absence, changes, actor)


def withdraw_absence(
    technician_id: UUID, absence_id: UUID, *, reason: str | None = None, actor: Actor
) -> None:
    """Say that a technician will be there after all; records ``AbsenceWithdrawn``.

    Raises:
        AbsenceNotFound: the technician has no such absence.
    """
    technician = _kept(technician_id, actor)
    absence = queries.owned(Absence, absence_id, technician=technician, locked=True)
    what = {"starts_at": absence.starts_at, "ends_at": absence.ends_at}
    audit.note("withdraw-absence", "absences", absence.id, actor=actor, reason=reason, **what)
    db.session.delete(absence)
    db.session.flush()
    record(
        AbsenceWithdrawn(
            at=clock.now(), technician_id=technician.id, absence_id=absence.id, **what
        )
    )


def _kept(technician_id: UUID, actor: Actor) -> Technician:
    technician = queries.get(technician_id, actor=actor, locked=True)
    require(policies.can_change(actor, technician), "change-absences")
    return technician


def _write(action: str, absence: Absence, values: Mapping[str, Any], actor: Actor) -> Absence:
    starts_at = values.get("starts_at", absence.starts_at)
    ends_at = values.get("ends_at", absence.ends_at)
    _require_free(absence, starts_at, ends_at)
    db.session.add(absence)
    if save(action, absence, values, actor=actor):
        record(
            AbsenceDeclared(
                at=clock.now(),
                technician_id=absence.technician_id,
                absence_id=absence.id,
                starts_at=starts_at,
                ends_at=ends_at,
            )
        )
    return absence


def _require_free(absence: Absence, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        message = "is not after the start"
        raise AbsenceNotValid(errors=[problem_of("ends_at", message, value=ends_at.isoformat())])
    chosen = sa.select(Absence).where(
        Absence.technician_id == absence.technician_id,
        Absence.starts_at < ends_at,
        Absence.ends_at > starts_at,
    )
    if absence.id is not None:
        chosen = chosen.where(Absence.id != absence.id)
    other = db.session.scalar(chosen.limit(1))
    if other is not None:
        remedy = "change or withdraw the other one"
        raise AbsenceOverlaps(starts_at=other.starts_at, ends_at=other.ends_at, remedy=remedy)
