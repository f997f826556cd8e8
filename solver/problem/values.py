"""What a problem is made of: plain values, checked when they are built.

Times are whole seconds after the problem's epoch, distances whole metres.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from solver.errors import InvalidProblem

SMALLEST = 1e-9  # what must be above 0 must be above this


def _require(**rules: bool) -> None:
    faults = [name.replace("_", " ") for name, holds in rules.items() if not holds]
    if faults:
        raise InvalidProblem(faults)


@dataclass(frozen=True, slots=True)
class Location:
    """A place, in WGS-84 degrees where its coordinates are known."""

    id: str
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Mode:
    """How long and how far it is between locations, by matrix or by speed.

    Attributes:
        seconds: Rows from, columns to, in the order of the problem's locations.
        metres: Likewise; all 0 when absent.
        speed_kmh: Without ``seconds``: great-circle metres times ``detour`` at this
            speed, and ``access_seconds`` for each leg.
        factors: (second of the day, factor) by which a leg's seconds are multiplied,
            by the moment of setting off; linear between, constant after the last.
    """

    seconds: Sequence[Sequence[int]] | None = None
    metres: Sequence[Sequence[int]] | None = None
    speed_kmh: float | None = None
    detour: float = 1.0
    access_seconds: float = 0.0
    factors: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """A skill that a service needs, at this level or above."""

    skill: str
    level: float = 1


@dataclass(frozen=True, slots=True)
class Certificate:
    """A skill held at a level, between two instants that both count."""

    skill: str
    level: float = 1
    valid_from: int | None = None
    valid_until: int | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """A rest that starts between two instants and is taken once in a used shift."""

    earliest: int
    latest: int
    duration: int

    def __post_init__(self) -> None:
        _require(break_duration_is_negative=self.duration >= 0)


@dataclass(frozen=True, slots=True)
class Costs:
    """What a technician's route costs; ``per_hour`` runs from leaving to return."""

    per_shift: float = 0.0
    per_hour: float = 0.0
    per_travel_hour: float = 3600.0
    per_km: float = 0.0
    per_overtime_hour: float = 3600.0


@dataclass(frozen=True, slots=True)
class Shift:
    """A technician's working time; its route may return ``overtime`` after ``end``."""

    id: str
    start: int
    end: int
    overtime: int = 0
    start_location: str | None = None
    end_location: str | None = None
    max_jobs: int | None = None
    max_metres: int | None = None
    max_travel_seconds: int | None = None
    breaks: tuple[Break, ...] = ()

    def __post_init__(self) -> None:
        limits = (self.max_jobs, self.max_metres, self.max_travel_seconds)
        _require(
            overtime_is_negative=self.overtime >= 0,
            a_limit_is_negative=all(limit is None or limit >= 0 for limit in limits),
        )


@dataclass(frozen=True, slots=True)
class Technician:
    """Who works: certificates, van and shifts."""

    id: str
    mode: str
    skills: tuple[Certificate, ...] = ()
    pace: float = 1.0
    tools: frozenset[str] = frozenset()
    stock: Mapping[str, int] = field(default_factory=dict)
    costs: Costs = field(default_factory=Costs)
    shifts: tuple[Shift, ...] = ()

    def __post_init__(self) -> None:
        _require(
            pace_is_not_above_0=self.pace > SMALLEST,
            stock_is_negative=all(count >= 0 for count in self.stock.values()),
        )


@dataclass(frozen=True, slots=True)
class Seat:
    """One technician's part in a job; ``duration`` instead of the job's."""

    skills: tuple[Need, ...] = ()
    duration: int | None = None

    def __post_init__(self) -> None:
        _require(seat_duration_is_negative=self.duration is None or self.duration >= 0)


@dataclass(frozen=True, slots=True)
class Link:
    """This job starts ``min_gap`` to ``max_gap`` after the other's finish or start."""

    job: str
    min_gap: int = 0
    max_gap: int | None = None
    of: str = "finish"
    technician: str = "any"

    def __post_init__(self) -> None:
        _require(
            of_is_neither_finish_nor_start=self.of in {"finish", "start"},
            technician_is_not_any_same_or_different=self.technician
            in {"any", "same", "different"},
        )


@dataclass(frozen=True, slots=True)
class Pin:
    """A seat that must keep its technician, and its start where one is given."""

    technician: str
    seat: int = 0
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Work at one place by a crew of one or more."""

    id: str
    location: str
    duration: int
    setup: int = 0
    skills: tuple[Need, ...] = ()
    crew: tuple[Seat, ...] = ()
    windows: tuple[tuple[int, int], ...] = ()
    due: int | None = None
    late_per_hour: float = 0.0
    penalty: float = 0.0
    tools: frozenset[str] = frozenset()
    parts: Mapping[str, int] = field(default_factory=dict)
    only: frozenset[str] | None = None
    never: frozenset[str] = frozenset()
    technician_costs: Mapping[str, float] = field(default_factory=dict)
    after: tuple[Link, ...] = ()
    pinned: tuple[Pin, ...] = ()
    change_cost: float = 0.0
    move_per_hour: float = 0.0

    def __post_init__(self) -> None:
        _require(
            duration_is_negative=self.duration >= 0,
            setup_is_negative=self.setup >= 0,
            parts_are_negative=all(count >= 0 for count in self.parts.values()),
        )

    @property
    def seats(self) -> tuple[Seat, ...]:
        """The seats to fill: the crew, or one with the job's own skills."""
        return self.crew or (Seat(self.skills),)

    def seat_duration(self, seat: int) -> int:
        own = self.seats[seat].duration
        return self.duration if own is None else own


@dataclass(frozen=True, slots=True)
class Depot:
    """Where parts and tools are picked up."""

    id: str
    location: str
    duration: int

    def __post_init__(self) -> None:
        _require(depot_duration_is_negative=self.duration >= 0)


@dataclass(frozen=True, slots=True)
class Objective:
    """Costs of the whole plan: its largest lateness and its longest route."""

    max_lateness_per_hour: float = 0.0
    longest_shift_per_hour: float = 0.0


@dataclass(frozen=True, slots=True)
class Announced:
    """Who was told to start which seat when, in the plan that is already out."""

    job: str
    technician: str
    start: int
    seat: int = 0
