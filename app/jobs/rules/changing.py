"""Until when an agreed window is changed, and for nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Until:
    """Two moments before an agreed window begins; ``None``: nothing is agreed."""

    free: datetime | None
    last: datetime | None

    def is_free(self, now: datetime) -> bool:
        return self.free is None or now <= self.free

    def may_move(self, now: datetime) -> bool:
        return self.last is None or now <= self.last


def until(agreed_start: datetime | None, *, free_hours: int, last_hours: int) -> Until:
    """Return until when a change costs nothing, and until when consumers make it themselves."""
    if agreed_start is None:
        return Until(None, None)
    return Until(
        agreed_start - timedelta(hours=free_hours), agreed_start - timedelta(hours=last_hours)
    )
