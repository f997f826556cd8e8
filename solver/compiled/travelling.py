"""Legs as arrays, and who is near whom."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from solver.compiled import tables as c
from solver.insertion.model import DAY, Model
from solver.problem import Mode

NEAR = 150
HOMES = 12
LARGEST_TABLE = 4000  # places; of more, legs by speed are computed when asked for
LONGEST_LEG = 2**30  # no shift is that long
BAND = 1500  # jobs to the north and to the south that may be near, without a table


def travel_of(model: Model) -> dict[str, Any]:
    """The arrays of ``Tables`` that say how long and how far it is."""
    places, modes = len(model.problem.locations), len(model.modes)
    rules = [model.problem.travel[name] for name in model.modes]
    tabled = places <= LARGEST_TABLE or any(rule.seconds is not None for rule in rules)
    mode = np.zeros((modes, 3), dtype=np.int64)
    mode[:, c.TABLED] = tabled
    mode[:, c.FACTORED] = [bool(rule.factors) for rule in rules]
    priced = _priced_modes(model)
    mode[:, c.METRED] = [
        index in priced and (rule.seconds is None or rule.metres is not None)
        for index, rule in enumerate(rules)
    ]
    side = places + 1 if tabled else 0
    seconds = np.zeros((modes, side, side), dtype=np.int32)
    metres = np.zeros((modes if mode[:, c.METRED].any() else 0, side, side), dtype=np.int32)
    factor = np.ones((modes, DAY if mode[:, c.FACTORED].any() else 1))
    speed = np.ones((modes, 3))
    for index, rule in enumerate(rules):
        speed[index] = ((rule.speed_kmh or 1.0) / 3.6, rule.detour, rule.access_seconds)
        if tabled:
            legs = model.legs(index)
            seconds[index] = _array(legs.seconds)
            if mode[index, c.METRED] and legs.metres:
                metres[index] = _array(legs.metres)
        if rule.factors:
            factor[index] = (tabled and model.legs(index).factor) or model.factors(index)
    return {
        "mode": mode,
        "seconds": seconds,
        "back": _turned(seconds, rules),
        "metres": metres,
        "factor": factor,
        "speed": speed,
        "point": _points(model),
    }


def _turned(seconds: Any, rules: Sequence[Mode]) -> Any:
    """The tables with the end before the beginning; by speed, both ways are as long."""
    if all(rule.seconds is None for rule in rules):
        return seconds
    return np.ascontiguousarray(seconds.transpose(0, 2, 1))


def _priced_modes(model: Model) -> set[int]:
    """Modes in which metres cost something or are limited."""
    return {
        row.mode
        for row in model.rows
        if row.technician.costs.per_km or row.shift.max_metres is not None
    }


def _array(rows: Any) -> Any:
    table = np.array([np.frombuffer(row, dtype=np.int64) for row in rows])
    return np.minimum(table, LONGEST_LEG).astype(np.int32)


def _points(model: Model) -> Any:
    point = np.zeros((len(model.problem.locations), 3))
    for line, place in zip(point, model.problem.locations, strict=True):
        if place.lat is not None and place.lon is not None:
            lat = np.radians(place.lat)
            line[:] = lat, np.radians(place.lon), np.cos(lat)
    return point


def neighbourhoods(model: Model, travel: dict[str, Any], may: tuple[Any, Any]) -> tuple[Any, Any]:
    """The nearest jobs of each, and of the rows it may be in those that begin nearest."""
    places = np.array([model.node_place[nodes[0]] for nodes in model.nodes_of], dtype=np.int64)
    near = np.zeros((len(places), max(0, min(NEAR, len(places) - 1))), dtype=np.int64)
    homes = np.full((len(places), HOMES), -1, dtype=np.int64)
    starts = np.array([row.home for row in model.rows], dtype=np.int64)
    apart = _Apart(travel, places)
    first, rows = may
    for job in range(len(places)):
        others = apart.around(job)
        from_here = apart.to(job, places[others])
        from_here[others == job] = np.inf
        near[job] = others[nearest(from_here, near.shape[1])]
        seat = model.nodes_of[job][0]
        mine = rows[first[seat] : first[seat + 1]]
        if len(mine):
            chosen = mine[nearest(apart.to(job, starts[mine]), HOMES)]
            homes[job, : len(chosen)] = chosen
    return near, homes


class _Apart:
    """How far jobs are from places, there and back: seconds by table, or squared angles."""

    def __init__(self, travel: dict[str, Any], places: Any) -> None:
        self.places = places
        self.point = np.vstack([travel["point"], np.zeros(3)])
        self.table = None
        self.all = np.arange(len(places))
        if len(travel["mode"]) and travel["mode"][0, c.TABLED]:
            self.table = travel["seconds"][0].astype(np.float32)
            self.table += travel["seconds"][0].T
        else:
            self.northwards = np.argsort(self.point[places, 0], kind="stable")
            self.rank = np.argsort(self.northwards, kind="stable")

    def around(self, job: int) -> Any:
        """Jobs among which its nearest are."""
        if self.table is not None:
            return self.all
        at = int(self.rank[job])
        return self.northwards[max(0, at - BAND) : at + BAND]

    def to(self, job: int, others: Any) -> Any:
        here = self.places[job]
        if self.table is not None:
            return self.table[here][others]
        north = self.point[others, 0] - self.point[here, 0]
        east = (self.point[others, 1] - self.point[here, 1]) * self.point[here, 2]
        return north * north + east * east


def nearest(apart: Any, count: int) -> Any:
    """The indices of the least entries, least first."""
    if count < len(apart):
        few = np.argpartition(apart, count)[:count]
        return few[np.argsort(apart[few], kind="stable")]
    return np.argsort(apart, kind="stable")[:count]
