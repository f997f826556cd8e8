"""Reading when technicians work, and all that planning asks of them in one go."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.core import clock
from app.core.db import db
from app.places.models import Place, Territory
from app.technicians import rules
from app.technicians.models import Absence, Score, Shift, Technician
from app.technicians.queries.people import zone_of
from app.technicians.queries.qualifications import standings
from app.technicians.rules import Standing, WorkTime

LONGEST_SHIFT = timedelta(days=1)


@dataclass(frozen=True)
class Working:
    """All that planning asks of one technician over some days.

    Attributes:
        shifts: Their working times, absences cut out, in order; empty: they have none.
        home: Where they start and end; ``None``: not known.
        scores: Standing on both axes by category; ``None`` is overall.
    """

    technician: Technician
    shifts: list[WorkTime]
    standing: Standing
    home: Place | None
    scores: dict[UUID | None, Score]


def shifts_of(technician: Technician, first_day: date, last_day: date) -> list[Shift]:
    """Return the shifts that start on some local days, in order."""
    begin, end = _span(zone_of(technician), first_day, last_day)
    chosen = sa.select(Shift).where(
        Shift.technician_id == technician.id, Shift.starts_at >= begin, Shift.starts_at < end
    )
    return list(db.session.scalars(chosen.order_by(Shift.starts_at)))


def absences_of(technician: Technician, first_day: date, last_day: date) -> list[Absence]:
    """Return the absences that touch some local days, in order."""
    begin, end = _span(zone_of(technician), first_day, last_day)
    chosen = sa.select(Absence).where(
        Absence.technician_id == technician.id, Absence.starts_at < end, Absence.ends_at > begin
    )
    return list(db.session.scalars(chosen.order_by(Absence.starts_at)))


def working(territory_id: UUID, first_day: date, last_day: date) -> list[Working]:
    """Return every technician employed in a territory on some of these local days, by code.

    Those without a shift are among them, with none. Eight queries, however many there are.
    """
    zone = db.session.execute(
        sa.select(Territory.timezone).where(Territory.id == territory_id)
    ).scalar_one()
    technicians = _employed(territory_id, first_day, last_day)
    ids = [technician.id for technician in technicians]
    shifts = _shifts_less_absences(ids, *_span(zone, first_day, last_day))
    homes = _homes(technicians)
    scores = _by_technician(sa.select(Score).where(Score.technician_id.in_(ids)))
    standing = standings(technicians)
    return [
        Working(
            technician=technician,
            shifts=shifts[technician.id],
            standing=standing[technician.id],
            home=homes.get(technician.home_id),
            scores={row.category_id: row for row in scores[technician.id]},
        )
        for technician in technicians
    ]


def _employed(territory_id: UUID, first_day: date, last_day: date) -> list[Technician]:
    chosen = sa.select(Technician).where(
        Technician.territory_id == territory_id,
        sa.or_(Technician.joined_on.is_(None), Technician.joined_on <= last_day),
        sa.or_(Technician.left_on.is_(None), Technician.left_on >= first_day),
    )
    return list(db.session.scalars(chosen.order_by(Technician.code)))


def _shifts_less_absences(
    ids: list[UUID], begin: datetime, end: datetime
) -> dict[UUID, list[WorkTime]]:
    shifts = _by_technician(
        sa.select(Shift)
        .where(Shift.technician_id.in_(ids), Shift.starts_at >= begin, Shift.starts_at < end)
        .order_by(Shift.starts_at)
    )
    absences = _by_technician(
        sa.select(Absence).where(
            Absence.technician_id.in_(ids),
            Absence.starts_at < end + LONGEST_SHIFT,
            Absence.ends_at > begin,
        )
    )
    return {
        owner: [
            piece
            for shift in shifts[owner]
            for piece in rules.cut(
                rules.work_time(shift), [(row.starts_at, row.ends_at) for row in absences[owner]]
            )
        ]
        for owner in ids
    }


def _homes(technicians: Iterable[Technician]) -> dict[UUID | None, Place]:
    ids = {technician.home_id for technician in technicians}
    return {row.id: row for row in db.session.scalars(sa.select(Place).where(Place.id.in_(ids)))}


def _by_technician(chosen: sa.Select[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in db.session.scalars(chosen):
        found[row.technician_id].append(row)
    return found


def without_shifts(territory_id: UUID, first_day: date, last_day: date) -> list[Technician]:
    """Return who is employed on these local days but has no working time on any of them."""
    found = working(territory_id, first_day, last_day)
    return [one.technician for one in found if not one.shifts]


def _span(zone: str, first_day: date, last_day: date) -> tuple[datetime, datetime]:
    return clock.day_bounds(first_day, zone)[0], clock.day_bounds(last_day, zone)[1]
