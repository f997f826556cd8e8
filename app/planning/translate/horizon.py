"""The days a plan is for, as seconds after local midnight of the first."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.core import clock
from app.core.errors import Invalid, problem_of

DAY = 86_400


class ClockChangeInRange(Invalid):
    """The clocks change inside this range of days."""

    code = "clock-change-in-range"


@dataclass(frozen=True)
class Horizon:
    """A range of local days, both included, in one zone and without a change of clocks.

    Second 0 is local midnight of the first day, so that a second's remainder by 86,400 is the
    time on the wall. Where the clocks change on the first day itself, it counts from where
    midnight would have been by the clock of that day's working hours.
    """

    first_day: date
    last_day: date
    zone: str

    def __post_init__(self) -> None:
        if change := self._change():
            raise ClockChangeInRange(
                errors=[
                    problem_of(
                        "last_day",
                        f"the clocks change on {change}",
                        value=self.last_day.isoformat(),
                        remedy=f"plan up to {change - timedelta(days=1)}, then from {change}",
                    )
                ]
            )

    @property
    def days(self) -> list[date]:
        count = (self.last_day - self.first_day).days + 1
        return [self.first_day + timedelta(days=day) for day in range(count)]

    @property
    def seconds(self) -> int:
        return len(self.days) * DAY

    @property
    def epoch(self) -> datetime:
        """The instant of second 0, in UTC."""
        end = clock.day_bounds(self.last_day, self.zone)[1]
        return end - timedelta(seconds=self.seconds)

    @property
    def epoch_text(self) -> str:
        """The epoch as the planning format wants it: ISO 8601 with the zone's offset."""
        return self.epoch.astimezone(ZoneInfo(self.zone)).isoformat()

    def second(self, instant: datetime) -> int:
        return round((instant - self.epoch).total_seconds())

    def instant(self, second: int) -> datetime:
        return (self.epoch + timedelta(seconds=second)).astimezone(UTC)

    def day_of(self, second: int) -> date:
        return self.first_day + timedelta(days=second // DAY)

    def bounds(self, day: date) -> tuple[int, int]:
        """Return the seconds at which a local day begins and the next one begins."""
        begin = (day - self.first_day).days * DAY
        return begin, begin + DAY

    def _change(self) -> date | None:
        """Return the first day after the first one on which the offset is not the one before."""
        ends = [clock.day_bounds(day, self.zone) for day in self.days]
        lengths = [(end - begin).total_seconds() for begin, end in ends]
        return next(
            (day for day, length in zip(self.days[1:], lengths[1:], strict=True) if length != DAY),
            None,
        )
