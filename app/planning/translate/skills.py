"""Qualification in the solver's words: one skill for each separate right a job needs.

``technicians.rules.qualification`` is asked for every right, technician and day; its yes becomes a
skill with dates. A job then needs the skill ``fit`` (employed, checked, insured), a certificate's
where it needs one, and one for each licence. A property test holds both answers equal.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from app.planning.translate.horizon import Horizon
from app.technicians.rules import Needs, Shortfall, Standing, qualification

FIT = "fit"
OVER = ("certificate-expired", "licence-expired", "identity-check-expired", "insurance-expired")


def rights(needs: Needs, brand_code: str) -> dict[tuple[str, int], Needs]:
    """Take a seat's needs apart: skill and level to the needs that it alone stands for."""
    bare = replace(needs, licences=(), needs_certificate=False, level=1)
    found = {(FIT, 1): bare}
    if needs.needs_certificate:
        name = f"certificate:{brand_code}:{needs.category_path}:{needs.job_type.value}"
        found[name, needs.level] = replace(needs, licences=())
    for kind in needs.licences:
        found[f"licence:{kind}", 1] = replace(bare, licences=(kind,))
    return found


def needed(needs: Needs, brand_code: str) -> list[dict[str, Any]]:
    """Return a seat's ``skills`` in the planning format."""
    return [{"skill": skill, "level": level} for skill, level in rights(needs, brand_code)]


def held(
    standing: Standing, wanted: dict[tuple[str, int], Needs], horizon: Horizon
) -> list[dict[str, Any]]:
    """Return a technician's ``skills`` in the planning format, for the rights that jobs need.

    A right that has run out before the horizon is listed with its end, so that the search can
    say that it expired and not that nobody ever had it.
    """
    return [
        {"skill": skill, "level": level, **dates}
        for (skill, level), needs in sorted(wanted.items(), key=lambda item: item[0])
        for dates in _dates(standing, needs, horizon)
    ]


def _dates(standing: Standing, needs: Needs, horizon: Horizon) -> list[dict[str, int]]:
    days = [*horizon.days, horizon.last_day + timedelta(days=1)]
    lacks = {day: qualification(standing, needs, day) for day in days}
    runs = list(_runs(day for day in days if not lacks[day]))
    if runs:
        return [_period(run, days, horizon) for run in runs]
    return _expired(lacks[days[0]], horizon)


def _runs(days: Iterable[date]) -> Iterable[tuple[date, date]]:
    """Join days that follow one another."""
    begin = end = None
    for day in days:
        if end is not None and day != end + timedelta(days=1):
            assert begin is not None  # noqa: S101  set with end
            yield begin, end
            begin = None
        begin, end = begin or day, day
    if begin is not None and end is not None:
        yield begin, end


def _period(run: tuple[date, date], days: list[date], horizon: Horizon) -> dict[str, int]:
    period = {}
    if run[0] != days[0]:
        period["from"] = horizon.bounds(run[0])[0]
    if run[1] != days[-1]:
        period["until"] = horizon.bounds(run[1])[1]
    return period


def _expired(lacks: list[Shortfall], horizon: Horizon) -> list[dict[str, int]]:
    if not all(lack.code in OVER for lack in lacks):
        return []
    last = min(date.fromisoformat(lack.detail["valid_until"]) for lack in lacks)
    return [{"until": horizon.bounds(last)[1]}]
