"""When a visit may start, in seconds of a horizon."""

from dataclasses import dataclass

from app.planning.rules import weights

Window = tuple[int, int]


@dataclass(frozen=True)
class Asked:
    """When a visit is asked for.

    Attributes:
        window: The window as promised or proposed; ``None``: any time of the horizon.
        promised: Whether the consumer agreed to it.
        day_end: The end of the local day on which a proposed window begins.
        due: The brand's deadline.
    """

    window: Window | None
    promised: bool
    day_end: int | None
    due: int | None


@dataclass(frozen=True)
class Timing:
    """The windows and lateness terms of a job in the planning format."""

    windows: list[Window]
    due: int | None
    late_per_hour: int


def timing(asked: Asked, *, horizon: Window) -> Timing:
    """Say when a visit may start and from when it is late, before the place's hours narrow it.

    A promised window is kept, and whoever promised it has answered for the brand's deadline. A
    proposed one keeps its day and is not begun early, but its end may be passed at a cost: nobody
    has agreed to it yet. Without a window any time will do, the sooner after the deadline the
    better; a deadline already passed counts from the horizon's begin, because no plan can help it.

    Args:
        asked: What is asked for.
        horizon: First and last second in which anything may start.

    Returns:
        Empty windows when it cannot start in this horizon at all.
    """
    begin, end = asked.window or horizon
    due, late = None, 0
    if asked.window is None and asked.due is not None:
        due, late = max(asked.due, horizon[0]), weights.OVERDUE_PER_HOUR
    elif asked.window is not None and not asked.promised:
        due, late, end = end, weights.LATE_PER_HOUR, max(end, asked.day_end or end)
    begin, end = max(begin, horizon[0]), min(end, horizon[1])
    return Timing([(begin, end)] if begin <= end else [], due, late)
