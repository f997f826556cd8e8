"""What a job takes, put together from the work specs of its items. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.catalogue.models import WorkSpec

NIGHT_SECONDS = 10 * 3600  # from the end of one part to the start of the next, at least


@dataclass(frozen=True)
class Requirements:
    """What one job takes; ``work_seconds`` ``None``: nobody has said yet."""

    work_seconds: int | None = None
    setup_seconds: int = 0
    crew: tuple[dict[str, int], ...] = ({"level": 1},)
    tools: tuple[str, ...] = ()
    parts: dict[str, int] = field(default_factory=dict)
    licences: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()
    needs_certificate: bool = True
    service_days: int | None = None


def combined(specs: Sequence[tuple[WorkSpec | None, int]]) -> Requirements:
    """Put together what several items take: (spec, how many) for each model.

    Work adds up, set-up counts once, the crew is as large and as able as any of them needs.
    An item without a spec leaves the whole job without a duration.
    """
    known = [(spec, count) for spec, count in specs if spec is not None]
    if not known:
        return Requirements()
    parts: Counter[str] = Counter()
    for spec, count in known:
        parts.update({sku: n * count for sku, n in spec.parts.items()})
    only = [spec for spec, _ in known]
    return Requirements(
        work_seconds=sum(s.work_seconds * n for s, n in known)
        if len(known) == len(specs)
        else None,
        setup_seconds=max(spec.setup_seconds for spec in only),
        crew=_crew(only),
        tools=_all(spec.tools for spec in only),
        parts=dict(parts),
        licences=_all(spec.licences for spec in only),
        photos=_all(spec.photos for spec in only),
        needs_certificate=any(spec.needs_certificate for spec in only),
        service_days=min((s.service_days for s in only if s.service_days), default=None),
    )


def _crew(specs: list[WorkSpec]) -> tuple[dict[str, int], ...]:
    seats = max(len(spec.crew) for spec in specs)
    return tuple(
        {"level": max(s.crew[seat]["level"] for s in specs if seat < len(s.crew))}
        for seat in range(seats)
    )


def _all(lists: Iterable[Iterable[Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(entry) for entries in lists for entry in entries))


def split(work_seconds: int | None, longest_seconds: int) -> list[int | None]:
    """Divide work that is longer than one visit may be: full days first, then the rest.

    A rest shorter than a quarter of a day is not worth a trip: then all parts are even.
    """
    if work_seconds is None or work_seconds <= longest_seconds:
        return [work_seconds]
    days, rest = divmod(work_seconds, longest_seconds)
    if rest == 0:
        return [longest_seconds] * days
    if rest >= longest_seconds // 4:
        return [*[longest_seconds] * days, rest]
    even = -(-work_seconds // (days + 1))
    return [*[even] * days, work_seconds - even * days]
