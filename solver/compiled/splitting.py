"""The rows of a plan in two halves by neighbourhood, and what must stand still between them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from solver.compiled import tables as c
from solver.compiled.tables import Tables

BLUR = 0.1  # of the width, so that jobs left out near the line change sides


@dataclass(frozen=True, slots=True)
class Half:
    """What one worker may change.

    Attributes:
        frozen: Nodes that keep their start, because others hang on it across the line.
    """

    active: Any
    open_job: Any
    frozen: Any


def positions(t: Tables) -> Any:
    """Where each place is: by its coordinates, or by how far it is from two others."""
    if t.point.any():
        return t.point[:, :2]
    table = t.seconds[0, :-1, :-1]
    first = int(np.argmax(table[0])) if len(table) else 0
    second = int(np.argmax(table[first] + table[0])) if len(table) else 0
    return np.stack([table[first], table[second]], axis=1).astype(float)


def halves(t: Tables, route: Any, length: Any, turn: Any) -> tuple[list[Any], Any]:
    """Rows on either side of a line in some direction, and likewise on which side jobs are."""
    where = positions(t)
    angle = turn.uniform(0, np.pi)
    along = where @ np.array([np.cos(angle), np.sin(angle)])
    middle = _middles(t, (route, length), along, turn)
    line = np.median(middle)
    far = middle > line
    for row in np.flatnonzero(
        t.row[:, c.CLASHES]
    ):  # overlapping shifts of one technician stay together
        for k in range(t.row[row, c.CLASH], t.row[row, c.CLASH] + t.row[row, c.CLASHES]):
            far[t.clash[k, c.CLASH_ROW]] = far[row]
    own = along[t.node[t.job[:, c.FIRST], c.PLACE]]
    blurred = own + turn.normal(size=len(own)) * BLUR * max(1e-9, float(np.ptp(along)))
    return [~far, far], blurred > line


def _middles(t: Tables, plan: tuple[Any, Any], along: Any, turn: Any) -> Any:
    """The mean of each row's stops and ends along the line; by chance where it has none."""
    route, length = plan
    driven = np.arange(route.shape[1]) < length[:, None]
    ends = t.row[:, [c.HOME, c.GOAL]]
    placed = ends < len(along)
    stops = np.where(driven, along[t.node[np.where(driven, route, 0), c.PLACE]], 0.0)
    sums = stops.sum(axis=1) + np.where(placed, along[np.where(placed, ends, 0)], 0.0).sum(axis=1)
    counts = length + placed.sum(axis=1)
    anywhere = turn.uniform(along.min(), along.max(), size=len(counts))
    return np.where(counts > 0, sums / np.maximum(1, counts), anywhere)


def freeze(t: Tables, route: Any, length: Any, sides: tuple[Any, Any]) -> Half:
    """One side's rows and jobs, without those that hang together with the other side."""
    active, own_jobs = sides
    side = np.full(len(t.node), -1)
    driven = np.arange(route.shape[1]) < length[:, None]
    side[route[driven]] = np.repeat(active, length)
    side[len(t.option) :] = -1
    there = side[t.job[:, c.FIRST]]
    open_job = np.where(there >= 0, there == 1, own_jobs).astype(np.uint8)
    frozen: list[int] = []
    for job in np.flatnonzero(t.job[:, c.COUPLED]).tolist():
        seats = _seats(t, job)
        sides_of = {int(value) for node in _hanging(t, job) for value in side[list(node)]} - {-1}
        if sides_of == {0, 1}:
            open_job[job] = 0
            frozen += list(seats) if side[seats.start] >= 0 else []
        else:
            open_job[job] = sides_of == {1} if sides_of else own_jobs[job]
    return Half(active.astype(np.uint8), open_job, np.array(frozen, dtype=np.int64))


def _seats(t: Tables, job: int) -> range:
    first = int(t.job[job, c.FIRST])
    return range(first, first + int(t.job[job, c.SEATS]))


def _hanging(t: Tables, job: int) -> list[range]:
    """The seats of the job and of those that it is linked with."""
    links = t.link[t.link_first[job] : t.link_first[job + 1], c.OTHER]
    return [_seats(t, job), *(_seats(t, other) for other in links.tolist())]
