"""From the file format to values and back. Format: docs/planning-format.md."""

from array import array
from collections.abc import Callable
from typing import Any, TypeVar

from solver.errors import InvalidProblem
from solver.problem.values import (
    Announced,
    Break,
    Certificate,
    Costs,
    Depot,
    Job,
    Link,
    Location,
    Mode,
    Need,
    Objective,
    Pin,
    Seat,
    Shift,
    Technician,
)
from solver.wire import MISSING, Fields, is_number, is_whole, shown

T = TypeVar("T")


def each(
    fields: Fields, name: str, read: Callable[[Fields], T], default: Any = ()
) -> tuple[T, ...]:
    """Every object of a list that could be read; faults of the others are collected."""
    read_ones = (checked(item, read) for item in fields.objects(name, default))
    return tuple(one for one in read_ones if one is not None)


def checked(item: Fields, read: Callable[[Fields], T]) -> T | None:
    """Read one object; ``None`` when it has a fault, which is collected."""
    before = len(item.faults)
    kept, item.faults = item.faults, []
    try:
        value = read(item) if not item.faults else None
    except InvalidProblem as error:
        value = None
        item.faults += [f"{item.where}: {fault} in {shown(item.values)}" for fault in error.faults]
    except TypeError:
        value = None
    kept += item.faults
    item.faults = kept
    return value if len(kept) == before else None


def mode(fields: Fields) -> Mode:
    return Mode(
        seconds=matrix(fields, "seconds"),
        metres=matrix(fields, "metres"),
        speed_kmh=fields.positive("speed_kmh", 0) or None,
        detour=fields.number("detour", 0),
        access_seconds=fields.number("access_seconds", 0),
        factors=factors(fields),
    )


def matrix(fields: Fields, name: str) -> "tuple[array[int], ...] | None":
    if not fields.has(name):
        return None
    rows = []
    for place, row in enumerate(fields.array(name)):
        if not isinstance(row, list) or set(map(type, row)) - {int}:
            fields.fault(f"{shown(row)} is not a list of whole numbers", f"{name}[{place}]")
        elif row and (min(row) < 0 or not is_whole(max(row))):
            wrong = min(row) if min(row) < 0 else max(row)
            fields.fault(f"{shown(wrong)} is not a whole number from 0", f"{name}[{place}]")
        else:
            rows.append(array("q", row))
    return tuple(rows)


def factors(fields: Fields) -> tuple[tuple[int, float], ...]:
    points = fields.array("factors")
    for place, point in enumerate(points):
        if not (_pair(point) and is_whole(point[0]) and is_number(point[1]) and point[1] > 1e-9):
            fields.fault(f"{shown(point)} is not [second, factor]", f"factors[{place}]")
            return ()
    return tuple((second, factor) for second, factor in points)


def windows(fields: Fields) -> tuple[tuple[int, int], ...]:
    pairs = fields.array("windows")
    for place, pair in enumerate(pairs):
        if not (_pair(pair) and is_whole(pair[0]) and is_whole(pair[1])):
            fields.fault(f"{shown(pair)} is not [earliest, latest]", f"windows[{place}]")
            return ()
    return tuple((earliest, latest) for earliest, latest in pairs)


def _pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2


def location(fields: Fields) -> Location:
    return Location(fields.text("id"), fields.number("lat", None), fields.number("lon", None))


def depot(fields: Fields) -> Depot:
    return Depot(fields.text("id"), fields.text("location"), fields.count("duration"))


def need(fields: Fields) -> Need:
    return Need(fields.text("skill"), fields.number("level", 1))


def technician(fields: Fields) -> Technician:
    return Technician(
        id=fields.text("id"),
        mode=fields.text("mode"),
        skills=each(fields, "skills", certificate),
        pace=fields.positive("pace", 1.0),
        tools=frozenset(fields.texts("tools")),
        stock=fields.table("stock", "a whole number from 0"),
        costs=costs(fields),
        shifts=each(fields, "shifts", shift, MISSING),
    )


def certificate(fields: Fields) -> Certificate:
    return Certificate(
        fields.text("skill"),
        fields.number("level", 1),
        fields.whole("from", None),
        fields.whole("until", None),
    )


def costs(fields: Fields) -> Costs:
    stated = fields.table("costs", "a number")
    return Costs(**{name: stated[name] for name in Costs.__slots__ if name in stated})


def shift(fields: Fields) -> Shift:
    return Shift(
        id=fields.text("id"),
        start=fields.whole("start"),
        end=fields.whole("end"),
        overtime=fields.count("overtime", 0),
        start_location=fields.text("start_location", None),
        end_location=fields.text("end_location", None),
        max_jobs=fields.count("max_jobs", None),
        max_metres=fields.count("max_metres", None),
        max_travel_seconds=fields.count("max_travel_seconds", None),
        breaks=each(fields, "breaks", rest),
    )


def rest(fields: Fields) -> Break:
    return Break(fields.whole("earliest"), fields.whole("latest"), fields.count("duration"))


def job(fields: Fields) -> Job:
    return Job(
        id=fields.text("id"),
        location=fields.text("location"),
        duration=fields.count("duration"),
        setup=fields.count("setup", 0),
        skills=each(fields, "skills", need),
        crew=each(fields, "crew", seat),
        windows=windows(fields),
        due=fields.whole("due", None),
        late_per_hour=fields.number("late_per_hour", 0.0),
        penalty=fields.number("penalty", 0.0),
        tools=frozenset(fields.texts("tools")),
        parts=fields.table("parts", "a whole number from 0"),
        only=frozenset(fields.texts("only")) if fields.has("only") else None,
        never=frozenset(fields.texts("never")),
        technician_costs=fields.table("technician_costs", "a number"),
        after=each(fields, "after", link),
        pinned=each(fields, "pinned", pin),
        change_cost=fields.number("change_cost", 0.0),
        move_per_hour=fields.number("move_per_hour", 0.0),
    )


def seat(fields: Fields) -> Seat:
    return Seat(each(fields, "skills", need), fields.count("duration", None))


def link(fields: Fields) -> Link:
    return Link(
        fields.text("job"),
        fields.whole("min_gap", 0),
        fields.whole("max_gap", None),
        fields.text("of", "finish"),
        fields.text("technician", "any"),
    )


def pin(fields: Fields) -> Pin:
    return Pin(fields.text("technician"), fields.count("seat", 0), fields.whole("start", None))


def announced(fields: Fields) -> Announced:
    return Announced(
        fields.text("job"),
        fields.text("technician"),
        fields.whole("start"),
        fields.count("seat", 0),
    )


def objective(fields: Fields) -> Objective:
    stated = fields.table("objective", "a number")
    return Objective(**{name: stated[name] for name in Objective.__slots__ if name in stated})


def problem_fields(document: Any) -> dict[str, Any]:
    """The arguments of ``Problem``, read from a parsed document.

    Raises:
        InvalidProblem: something is missing or of the wrong kind.
    """
    fields = Fields(document, "", [])
    if fields.has("format") and fields.text("format") != "planning-problem/1":
        fields.fault(f"{shown(fields.values['format'])} is not planning-problem/1", "format")
    values: dict[str, Any] = {
        "name": fields.text("name", ""),
        "epoch": fields.text("epoch", None),
        "locations": each(fields, "locations", location, MISSING),
        "travel": _modes(fields),
        "technicians": each(fields, "technicians", technician, MISSING),
        "jobs": each(fields, "jobs", job, MISSING),
        "depots": each(fields, "depots", depot),
        "objective": objective(fields),
        "incumbent": each(fields, "incumbent", announced),
    }
    if fields.faults:
        raise InvalidProblem(fields.faults)
    return values


def _modes(fields: Fields) -> dict[str, Mode]:
    given = fields.values.get("travel")
    if not isinstance(given, dict):
        fields.fault("is missing" if given is None else f"{shown(given)} is no object", "travel")
        return {}
    read = {
        name: checked(Fields(value, f"travel.{name}", fields.faults), mode)
        for name, value in given.items()
        if value is not None
    }
    return {name: value for name, value in read.items() if value is not None}
