"""Every position of every route at once: where a seat might go, and at what cost.

A route's beginning up to a position and its rest from there on are each a segment
(earliest start, duration, latest start); putting a stop between two of them is two
concatenations (Vidal, Crainic, Gendreau and Prins 2013, Computers & Operations
Research 40(1), section 4), done here for all positions together with NumPy.

What comes out is an estimate: breaks stay where they are, legs take their factor from
the stop before, lateness downstream is linear. ``Draft.attempt`` decides.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from solver.insertion.draft import Draft
from solver.insertion.model import FOREVER, HOUR, Model
from solver.insertion.sheets import (
    LEG,
    METRES,
    NEXT,
    PAUSE,
    PRE_D,
    PRE_E,
    PRE_L,
    PREV,
    START,
    SUF_D,
    SUF_E,
    SUF_L,
    Sheet,
    room_left,
    sheet_of,
)
from solver.insertion.timing import Timed

FIELDS = 12
FARTHEST = 2**55
COLUMNS = ("rows", "earliest", "latest", "work", "cost")


@dataclass(frozen=True, slots=True)
class Spot:
    """A position for one seat: estimated cost, and from when to when it may start there."""

    cost: float
    row: int
    position: int
    start: int
    latest: int


@dataclass(frozen=True, slots=True)
class Options:
    """Rows of one mode where a seat may go, one entry for each interval of its starts."""

    mode: int
    rows: Any
    earliest: Any
    latest: Any
    work: Any
    cost: Any


@dataclass(frozen=True, slots=True)
class Ask:
    """What is looked for: a seat, within bounds, by some technicians, some spots left out."""

    node: int
    earliest: int = -FOREVER
    latest: int = FOREVER
    allowed: frozenset[int] | None = None
    banned: frozenset[int] = frozenset()
    keep: int = 8
    blink: Any = None


@dataclass(frozen=True, slots=True)
class Ways:
    """At every position: seconds to the new stop, of its work and on, and what is added."""

    to: Any
    on: Any
    work: Any
    driven: Any
    farther: Any


@dataclass(frozen=True, slots=True)
class Fit:
    """At every position: whether the stop fits there, and the times of the route with it."""

    fits: Any
    start: Any
    latest: Any
    next_start: Any
    duration: Any
    back: Any


class Table:
    """Segments and legs of every position, kept up with one draft."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.size = 8
        count = len(model.rows)
        self.positions = np.zeros((FIELDS, count, self.size), dtype=np.int64)
        self.usable = np.zeros((count, self.size), dtype=bool)
        self.late_rate = np.zeros((count, self.size))
        self.factor = np.ones((count, self.size))
        self.fetched = np.zeros((count, self.size), dtype=bool)
        self.back = np.zeros(count, dtype=np.int64)
        self.duration = np.zeros(count, dtype=np.int64)
        self.used = np.zeros(count, dtype=bool)
        self.room = np.zeros((3, count), dtype=np.int64)
        self._static(model)
        self._blanks: dict[int, Sheet] = {}
        self.fresh = False

    def _static(self, model: Model) -> None:
        costs = [row.technician.costs for row in model.rows]
        pick = {
            "per_shift": 1.0,
            "per_hour": HOUR,
            "per_travel_hour": HOUR,
            "per_km": 1000,
            "per_overtime_hour": HOUR,
        }
        self.rate = {
            name: np.array([getattr(c, name) / unit for c in costs]) for name, unit in pick.items()
        }
        self.closes = np.array([row.closes for row in model.rows], dtype=np.int64)
        self.who = np.array([row.who for row in model.rows], dtype=np.int64)
        self.parts = sorted({part for job in model.jobs for part in job.parts})
        self.stock = np.array(
            [[row.technician.stock.get(p, 0) for p in self.parts] for row in model.rows],
            dtype=np.int64,
        ).reshape(len(model.rows), len(self.parts))
        self.left = self.stock.copy()
        self.limited = any(
            limit is not None
            for row in model.rows
            for limit in (row.shift.max_jobs, row.shift.max_metres, row.shift.max_travel_seconds)
        )

    # ── keeping up ──

    def refresh(self, draft: Draft) -> None:
        """Take over every route that changed since the last time."""
        rows = list(draft.dirty) if self.fresh else range(len(draft.routes))
        for row in rows:
            self._write(row, draft.routes[row])
        draft.dirty.clear()
        self.fresh = True

    def _write(self, row: int, route: Timed | None) -> None:
        sheet = self._blank(row) if route is None else route.sheet
        if sheet is None:
            sheet = sheet_of(self.model, row, route)
            if route is not None:
                route.sheet = sheet
        count = sheet.columns.shape[1]
        if count > self.size:
            self._grow(count)
        self.positions[:, row, :count] = sheet.columns
        self.usable[row] = False
        self.usable[row, :count] = True
        self.late_rate[row, :count] = sheet.late_rate
        self.factor[row, :count] = sheet.factor
        self.used[row] = route is not None
        self.back[row] = route.back if route else self.model.rows[row].opens
        self.duration[row] = route.duration if route else 0
        if self.limited:
            self.room[:, row] = room_left(self.model, row, route)
        if self.model.has_supplies:
            self._write_supplies(row, route.nodes if route else ())

    def _blank(self, row: int) -> Sheet:
        if row not in self._blanks:
            self._blanks[row] = sheet_of(self.model, row, None)
        return self._blanks[row]

    def _write_supplies(self, row: int, nodes: tuple[int, ...]) -> None:
        left, fetched = dict(self.model.rows[row].technician.stock), False
        flags = [False]
        for node in nodes:
            if node >= self.model.first_depot:
                fetched = True
            elif not fetched and (job := self.model.supplied_job(node)) is not None:
                for part, count in job.parts.items():
                    left[part] = left.get(part, 0) - count
            flags.append(fetched)
        self.fetched[row, : len(flags)] = flags
        self.left[row] = [left.get(part, 0) for part in self.parts]

    def _grow(self, needed: int) -> None:
        more = max(needed, 2 * self.size) - self.size
        self.positions = np.pad(self.positions, ((0, 0), (0, 0), (0, more)))
        for name in ("usable", "late_rate", "factor", "fetched"):
            setattr(self, name, np.pad(getattr(self, name), ((0, 0), (0, more))))
        self.size += more

    # ── what does not change ──

    def options(self, node: int) -> list[Options]:
        """Where the seat may go at all, by mode."""
        known: dict[int, list[Options]] = self.model.options
        if node not in known:
            known[node] = _options(self.model, node)
        return known[node]

    def on(self, model: Model) -> "Table":
        """The same positions, for asking under a model that differs in jobs alone."""
        other: Table = object.__new__(Table)
        other.__dict__.update(self.__dict__ | {"model": model})
        return other

    def legs(self, mode: int) -> tuple[Any, Any]:
        """Seconds and metres of a mode as arrays, made once for a problem."""
        tables: dict[int, tuple[Any, Any]] = self.model.arrays
        if mode not in tables:
            legs = self.model.legs(mode)
            tables[mode] = (_matrix(legs.seconds), legs.metres and _matrix(legs.metres))
        return tables[mode]

    # ── asking ──

    def spots(self, ask: Ask) -> list[Spot]:
        """The cheapest positions for a seat, by estimate; the table must be fresh."""
        found: list[Spot] = []
        for options in self.options(ask.node):
            narrowed = self._narrow(options, ask)
            if len(narrowed.rows):
                found += self._estimate(narrowed, ask)
        return sorted(found, key=lambda spot: spot.cost)[: ask.keep]

    def _narrow(self, options: Options, ask: Ask) -> Options:
        if ask.allowed is None and not ask.banned:
            return options
        who = self.who[options.rows]
        fits: Any = ~np.isin(who, list(ask.banned))
        if ask.allowed is not None:
            fits &= np.isin(who, list(ask.allowed))
        return replace(options, **{name: getattr(options, name)[fits] for name in COLUMNS})

    def _estimate(self, options: Options, ask: Ask) -> list[Spot]:
        rows, at = options.rows, self.positions[:, options.rows]
        ways = self._ways(options, ask.node, at)
        fit = _fit(options, ask, at, ways)
        fits = fit.fits & self.usable[rows]
        if self.limited:
            room = self.room[:, rows, None]
            fits &= (room[0] > 0) & (ways.farther <= room[1]) & (ways.driven <= room[2] + 60)
        cost = self._costs(options, fit, ways)
        cost += self._start_costs(ask.node, fit.start)
        cost += np.maximum(fit.next_start - at[START], 0) * self.late_rate[rows] / HOUR
        if self.model.has_supplies:
            fits, extra = self._supplies(ask.node, options, at, fits)
            cost += extra
        return _best(rows, np.where(fits, cost, np.inf), (fit.start, fit.latest), ask)

    def _ways(self, options: Options, node: int, at: Any) -> Ways:
        """Legs to and from the new stop at every position."""
        place, setup = self.model.node_place[node], self.model.node_setup[node]
        seconds, metres = self.legs(options.mode)
        to, on = seconds[:, place][at[PREV]], seconds[place][at[NEXT]]
        if self.model.legs(options.mode).factor is not None:
            factor = self.factor[options.rows]
            to, on = (to * factor + 0.5).astype(np.int64), (on * factor + 0.5).astype(np.int64)
        farther = np.int64(0)
        if metres is not None:
            farther = metres[:, place][at[PREV]] + metres[place][at[NEXT]] - at[METRES]
        work = options.work + setup * (at[PREV] != place) if setup else options.work
        return Ways(to, on + at[PAUSE], work, to + on - at[LEG], farther)

    def _costs(self, options: Options, fit: Fit, ways: Ways) -> Any:
        rows = options.rows
        rate = {name: values[rows, None] for name, values in self.rate.items()}
        cost = ways.driven * rate["per_travel_hour"] + options.cost
        cost += (~self.used[rows])[:, None] * rate["per_shift"]
        cost += (fit.duration - self.duration[rows, None]) * rate["per_hour"]
        cost += ways.farther * rate["per_km"]
        closes = self.closes[rows, None]
        over = np.maximum(fit.back - closes, 0) - np.maximum(self.back[rows, None] - closes, 0)
        return cost + over * rate["per_overtime_hour"]

    def _start_costs(self, node: int, start: Any) -> Any:
        late = np.maximum(start - self.model.node_due[node], 0)
        cost = late * (self.model.node_late_rate[node] / HOUR)
        if (told := self.model.told_rate.get(node)) is not None:
            cost = cost + np.maximum(start - told[0], 0) * (told[1] / HOUR)
        return cost

    def _supplies(self, node: int, options: Options, at: Any, fits: Any) -> tuple[Any, Any]:
        """Spots that need a depot stop cost its way, or are none where there is no depot."""
        job = self.model.supplied_job(node)
        if job is None:
            return fits, 0.0
        rows = options.rows
        lacks: Any = np.array([not job.tools <= self.model.rows[r].technician.tools for r in rows])
        for part, count in job.parts.items():
            lacks = lacks | (self.left[rows, self.parts.index(part)] < count)
        needs = lacks[:, None] & ~self.fetched[rows]
        depots = [self.model.node_place[depot] for depot in self.model.depot_nodes]
        if not depots:
            return fits & ~needs, 0.0
        seconds, place = self.legs(options.mode)[0], self.model.node_place[node]
        ways = [seconds[:, d][at[PREV]] + seconds[d, place] for d in depots]
        way = np.minimum.reduce(ways) - seconds[:, place][at[PREV]]
        rate = self.rate["per_travel_hour"][rows] + self.rate["per_hour"][rows]
        fetched: Any = self.fetched[rows].any(axis=1)
        new = needs & ~fetched[:, None]
        return fits, np.where(new, np.maximum(way, 0) * rate[:, None], 0.0)


def _fit(options: Options, ask: Ask, at: Any, ways: Ways) -> Fit:
    """Join the beginning, the new stop and the rest at every position."""
    low = np.maximum(options.earliest, ask.earliest)
    high = np.minimum(options.latest, ask.latest)
    run = at[PRE_D] + ways.to
    wait = np.maximum(low - run - at[PRE_L], 0)
    begin = np.maximum(low - run, at[PRE_E]) - wait
    reach = at[PRE_E] + run
    run_on = run + ways.work + wait + ways.on
    wait_on = np.maximum(at[SUF_E] - run_on - np.minimum(high - run, at[PRE_L]), 0)
    duration = run_on + at[SUF_D] + wait_on
    start = np.maximum(reach, low)
    return Fit(
        fits=(reach <= high) & (begin + run_on <= at[SUF_L]),
        start=start,
        latest=np.minimum(high, at[SUF_L] - ways.on - ways.work),
        next_start=start + ways.work + ways.on,
        duration=duration,
        back=np.maximum(at[SUF_E] - run_on, begin) - wait_on + duration,
    )


def _best(rows: Any, cost: Any, times: tuple[Any, Any], ask: Ask) -> list[Spot]:
    if ask.blink is not None:
        cost = np.where(ask.blink.random(cost.shape) < 0.01, np.inf, cost)
    flat = cost.ravel()
    keep = min(ask.keep, flat.size)
    chosen = np.argpartition(flat, keep - 1)[:keep] if keep < flat.size else np.arange(flat.size)
    start, latest = (np.broadcast_to(time, cost.shape) for time in times)
    spots = []
    for index in chosen.tolist():
        estimate = float(flat[index])
        if estimate < np.inf:
            line, position = divmod(index, cost.shape[1])
            when = int(start[line, position]), int(latest[line, position])
            spots.append(Spot(estimate, int(rows[line]), position, *when))
    return spots


def _matrix(rows: Any) -> Any:
    return np.minimum(np.array([np.frombuffer(row, dtype=np.int64) for row in rows]), FARTHEST)


def _options(model: Model, node: int) -> list[Options]:
    entries: dict[int, list[tuple[int, int, int, int, float]]] = {}
    for who, rows in model.rows_of.items():
        starts = model.starts(node, who, with_setup=False)
        for row in rows if starts else ():
            rule = model.rows[row]
            for earliest, latest in starts:
                if latest >= rule.opens and earliest <= rule.latest_back:
                    work, cost = model.work_of(node, who), model.cost_of_seat(node, who)
                    entry = (row, max(earliest, rule.opens), latest, work, cost)
                    entries.setdefault(rule.mode, []).append(entry)
    return [_columns(mode, lines) for mode, lines in entries.items()]


def _columns(mode: int, lines: list[tuple[int, int, int, int, float]]) -> Options:
    *times, cost = zip(*lines, strict=True)
    whole = [np.array(part, dtype=np.int64) for part in times]
    earliest, latest, work = (part[:, None] for part in whole[1:])
    return Options(mode, whole[0], earliest, latest, work, np.array(cost, float)[:, None])
