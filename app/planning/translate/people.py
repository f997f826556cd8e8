"""Technicians in the planning format."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.places.models import Place
from app.planning.rules import weights
from app.planning.translate import skills
from app.planning.translate.facts import Facts
from app.planning.translate.sites import Sites, is_usable
from app.planning.translate.under_way import Free, free
from app.technicians.queries import Working
from app.technicians.rules import Needs, WorkTime

MODE = "road"


@dataclass(frozen=True)
class Piece:
    """A working time under the name that the search knows it by."""

    shift_id: UUID
    technician_id: UUID
    time: WorkTime


def piece_name(time: WorkTime) -> str:
    return f"{time.shift_id}/{time.part}" if time.part else str(time.shift_id)


def technicians(
    facts: Facts, wanted: Mapping[tuple[str, int], Needs], sites: Sites
) -> tuple[list[dict[str, Any]], dict[str, Piece]]:
    """Return ``technicians`` of the planning format, and the working times by shift name.

    Whoever does not work in the range is left out.
    """
    people, pieces = [], {}
    for one in facts.working:
        frees = [
            left
            for time in one.shifts
            if (left := free(facts, one.technician.id, _home(one, facts), time)) is not None
        ]
        for left in frees:
            pieces[piece_name(left.time)] = Piece(left.time.shift_id, one.technician.id, left.time)
        if frees:
            people.append(_person(one, frees, facts, dict(wanted), sites))
    return people, pieces


def _home(one: Working, facts: Facts) -> Place | None:
    home = one.home
    return home if home is not None and is_usable(home, facts.territory) else None


def _person(
    one: Working,
    frees: list[Free],
    facts: Facts,
    wanted: dict[tuple[str, int], Needs],
    sites: Sites,
) -> dict[str, Any]:
    technician = one.technician
    return {
        "id": str(technician.id),
        "mode": MODE,
        "skills": skills.held(one.standing, wanted, facts.horizon),
        "pace": technician.pace,
        "tools": sorted(technician.tools),
        "stock": dict(technician.stock),
        "costs": weights.costs(technician),
        "shifts": [_shift(left, _home(one, facts), facts, sites) for left in frees],
    }


def _shift(left: Free, home: Place | None, facts: Facts, sites: Sites) -> dict[str, Any]:
    time, second = left.time, facts.horizon.second
    found: dict[str, Any] = {
        "id": piece_name(time),
        "start": second(time.starts_at),
        "end": second(time.ends_at),
        "overtime": time.overtime_minutes * 60,
        "breaks": [
            {
                "earliest": second(rest.earliest),
                "latest": second(rest.latest),
                "duration": rest.minutes * 60,
            }
            for rest in time.breaks
        ],
    }
    if left.place is not None:
        found["start_location"] = sites.of(left.place)
    if home is not None:
        found["end_location"] = sites.of(home)
    if time.max_jobs is not None:
        found["max_jobs"] = time.max_jobs
    if time.max_km is not None:
        found["max_metres"] = time.max_km * 1000
    return found
