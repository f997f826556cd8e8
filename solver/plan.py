"""A plan, as plain values: who goes where and when, and why some jobs wait."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from solver.errors import InvalidPlan
from solver.wire import MISSING, Fields, shown


@dataclass(frozen=True, slots=True)
class Visit:
    """One technician's service at a job."""

    job: str
    seat: int
    arrive: int
    start: int
    finish: int


@dataclass(frozen=True, slots=True)
class Pickup:
    """A stop at a depot, after which the van has every tool and part."""

    depot: str
    arrive: int
    start: int
    finish: int


@dataclass(frozen=True, slots=True)
class Rest:
    """The shift's break of this number."""

    number: int
    start: int
    finish: int


Stop = Visit | Pickup | Rest


@dataclass(frozen=True, slots=True)
class Route:
    """A shift with its stops in time order."""

    technician: str
    shift: str
    leave: int
    back: int
    stops: tuple[Stop, ...]

    @property
    def work(self) -> tuple[Visit | Pickup, ...]:
        """The stops without breaks; a route without any costs nothing."""
        return tuple(stop for stop in self.stops if not isinstance(stop, Rest))

    @property
    def rests(self) -> tuple[Rest, ...]:
        return tuple(stop for stop in self.stops if isinstance(stop, Rest))

    @property
    def visits(self) -> tuple[Visit, ...]:
        return tuple(stop for stop in self.stops if isinstance(stop, Visit))

    @property
    def span(self) -> tuple[int, int]:
        """From the first to the last moment that it keeps its technician busy."""
        if not self.stops:
            return self.leave, self.back
        return min(self.leave, self.stops[0].start), max(self.back, self.stops[-1].finish)


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A job left out, with reasons in the words of the format: ``{"code": ...}``."""

    job: str
    reasons: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Routes and the jobs left out.

    Attributes:
        cost: What it costs, by term, with ``total``.
        kpis: Measures of the plan and of the search that made it.
    """

    routes: tuple[Route, ...]
    unassigned: tuple[Unassigned, ...]
    cost: Mapping[str, float] = field(default_factory=dict)
    kpis: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, document: Any) -> "Plan":
        """Read the file format, parsed.

        Raises:
            InvalidPlan: with a fault for each value that is missing or misshapen.
        """
        fields = Fields(document, "", [])
        if fields.has("format") and fields.text("format") != "plan/1":
            fields.fault(f"{shown(fields.values['format'])} is not plan/1", "format")
        routes = [_route(one) for one in fields.objects("routes", MISSING)]
        left_out = [_unassigned(one) for one in fields.objects("unassigned", MISSING)]
        cost = fields.table("cost", "a number")
        kpis = fields.values.get("kpis")
        if fields.faults:
            raise InvalidPlan(fields.faults)
        return cls(tuple(routes), tuple(left_out), cost, kpis if isinstance(kpis, dict) else {})

    def to_dict(self) -> dict[str, Any]:
        """The plan in the file format."""
        return {
            "format": "plan/1",
            "routes": [_route_to_wire(route) for route in self.routes],
            "unassigned": [
                {"job": one.job, "reasons": [dict(reason) for reason in one.reasons]}
                for one in self.unassigned
            ],
            "cost": dict(self.cost),
            "kpis": dict(self.kpis),
        }


def _unassigned(fields: Fields) -> Unassigned:
    reasons = tuple(dict(one.values) for one in fields.objects("reasons"))
    return Unassigned(fields.text("job"), reasons)


def _route(fields: Fields) -> Route:
    return Route(
        technician=fields.text("technician"),
        shift=fields.text("shift"),
        leave=fields.whole("leave"),
        back=fields.whole("return"),
        stops=tuple(stop for one in fields.objects("stops", MISSING) if (stop := _stop(one))),
    )


def _stop(fields: Fields) -> Stop | None:
    kinds = [kind for kind in ("job", "depot", "break") if fields.has(kind)]
    if len(kinds) != 1:
        fields.fault("is not exactly one of a job, a depot and a break")
        return None
    start, finish = fields.whole("start"), fields.whole("finish")
    if kinds == ["break"]:
        return Rest(fields.count("break"), start, finish)
    arrive = fields.whole("arrive")
    if kinds == ["depot"]:
        return Pickup(fields.text("depot"), arrive, start, finish)
    return Visit(fields.text("job"), fields.count("seat", 0), arrive, start, finish)


def _route_to_wire(route: Route) -> dict[str, Any]:
    return {
        "technician": route.technician,
        "shift": route.shift,
        "leave": route.leave,
        "return": route.back,
        "stops": [_stop_to_wire(stop) for stop in route.stops],
    }


def _stop_to_wire(stop: Stop) -> dict[str, Any]:
    if isinstance(stop, Rest):
        return {"break": stop.number, "start": stop.start, "finish": stop.finish}
    times = {"arrive": stop.arrive, "start": stop.start, "finish": stop.finish}
    if isinstance(stop, Pickup):
        return {"depot": stop.depot, **times}
    return {"job": stop.job, "seat": stop.seat, **times}
