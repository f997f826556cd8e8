"""When a technician really works: a shift, less the absences that fall into it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from app.technicians.models import Shift

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Break:
    """A rest that starts between ``earliest`` and ``latest``."""

    earliest: datetime
    latest: datetime
    minutes: int


@dataclass(frozen=True)
class WorkTime:
    """A shift, or the ``part``-th piece that absences have left of it.

    Limits of jobs and distance are the shift's; each piece carries them whole.
    """

    shift_id: UUID
    starts_at: datetime
    ends_at: datetime
    part: int = 0
    overtime_minutes: int = 0
    breaks: tuple[Break, ...] = ()
    max_jobs: int | None = None
    max_km: int | None = None


def work_time(shift: Shift) -> WorkTime:
    """Read a shift row."""
    breaks = tuple(
        Break(
            datetime.fromisoformat(rest["earliest"]),
            datetime.fromisoformat(rest["latest"]),
            rest["minutes"],
        )
        for rest in shift.breaks
    )
    return WorkTime(
        shift_id=shift.id,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        overtime_minutes=shift.overtime_minutes,
        breaks=breaks,
        max_jobs=shift.max_jobs,
        max_km=shift.max_km,
    )


def cut(work: WorkTime, absences: Iterable[Span]) -> list[WorkTime]:
    """Return what absences leave of a shift, in order; all of it where none falls into it.

    Overtime stays with the piece that reaches the shift's end, as far as the next absence. A
    break goes to the first piece that has room for it and is taken as rested where none has.
    """
    away = sorted(absences)
    pieces: list[WorkTime] = []
    left = list(work.breaks)
    for starts_at, ends_at in _free(work.starts_at, work.ends_at, away):
        fitted = {rest: inside for rest in left if (inside := _fit(rest, starts_at, ends_at))}
        left = [rest for rest in left if rest not in fitted]
        overtime = _overtime(work, away) if ends_at == work.ends_at else 0
        piece = replace(work, starts_at=starts_at, ends_at=ends_at, overtime_minutes=overtime)
        pieces.append(replace(piece, part=len(pieces), breaks=tuple(fitted.values())))
    return pieces


def _free(start: datetime, end: datetime, away: list[Span]) -> Iterable[Span]:
    for begins, ends in away:
        if ends <= start or end <= begins:
            continue
        if start < begins:
            yield start, begins
        start = max(start, ends)
    if start < end:
        yield start, end


def _fit(rest: Break, start: datetime, end: datetime) -> Break | None:
    earliest = max(rest.earliest, start)
    latest = min(rest.latest, end - timedelta(minutes=rest.minutes))
    return replace(rest, earliest=earliest, latest=latest) if earliest <= latest else None


def _overtime(work: WorkTime, away: list[Span]) -> int:
    last = work.ends_at + timedelta(minutes=work.overtime_minutes)
    for begins, ends in away:
        if begins < last and work.ends_at < ends:
            last = max(work.ends_at, begins)
    return int((last - work.ends_at).total_seconds()) // 60
