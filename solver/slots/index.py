"""Slots by arithmetic on a table of all gaps: what a booking page asks, in a millisecond or two.

For every gap between two stops the earliest moment of being free before it and the latest start
behind it are known (push forward: Savelsbergh 1985, Annals of Operations Research 4; for
appointments: Campbell and Savelsbergh 2005, Transportation Science 39(3)), for every way that
breaks can fall. A new stop fits where it is ready before it must be over. Where the cost of a
route is more than its travel, the cheapest few are timed exactly.

It is careful rather than complete: stops that crews and links hold stay where they are, no
depot stop is added. ``solver.slots.slots`` looks further where nothing was found.
"""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from solver.errors import InvalidPlan, InvalidProblem
from solver.insertion.draft import Draft
from solver.insertion.model import FOREVER, Model
from solver.insertion.standing import take_up
from solver.plan import Plan
from solver.problem import Job, Problem
from solver.slots.able import Able
from solver.slots.chances import SAMPLES, Chances
from solver.slots.slot import Slot
from solver.slots.table import Block, Roads, Table, block

SPARE = "\x00spare"
SOONER = 1e-9  # for each second: of two gaps that cost the same, the one that starts sooner
TOGETHER = 5  # windows held against the gaps at once: about those of a day
TIMED = 3  # candidates for one window that are timed exactly
Window = tuple[int, int]
Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """Gaps where the stop fits, as arrays of the same length, all of one mode."""

    gap: Any
    ready: Any
    latest: Any
    cost: Any
    way: Any

    def about(self, windows: Sequence[Window]) -> "Found":
        """Those that could serve one of the windows by their time."""
        opens = min(window[0] for window in windows)
        closes = max(window[1] for window in windows)
        at = np.flatnonzero((self.ready <= closes) & (self.latest >= opens))
        return Found(self.gap[at], self.ready[at], self.latest[at], self.cost[at], self.way[at])


@dataclass(frozen=True, slots=True)
class Pick:
    """A gap for a window, with the start, the seconds on the way there, and the cost."""

    window: Window
    gap: int
    start: int
    way: int
    cost: float


class SlotIndex:
    """A plan that stands, ready to be asked for slots."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        """Take up the plan.

        Raises:
            InvalidPlan: it cannot be driven as it stands.
        """
        draft = take_up(Model(_with_spare(problem)), plan)
        if draft is None:
            raise InvalidPlan("the plan cannot be driven in its own order")
        self.draft: Draft = draft
        self.model = draft.model
        self.spare = self.model.job_index[SPARE]
        self.chances = Chances()
        rows = sorted(self.model.rows, key=lambda row: (row.opens, row.index))
        self.order = [row.index for row in rows]
        self.blocks: dict[int, Block] = {
            row.index: block(draft, row, self.chances) for row in rows
        }
        self.roads = Roads(self.model)
        self.able = Able(draft)
        self._lay()

    def _lay(self) -> None:
        self.table = Table.of([self.blocks[row] for row in self.order], SAMPLES)
        gap, model = self.table.gap, self.model
        self.row_of, self.who_of = gap["row"], gap["who"]
        entry = self.table.entry
        spread = {name: column[entry["gap"]] for name, column in gap.items()} | entry
        modes = np.array([row.mode for row in model.rows], dtype=np.int64)[spread["row"]]
        self.entries_of = {
            mode: {name: column[modes == mode] for name, column in spread.items()}
            for mode in self.roads.seconds
        }

    def refresh(self, rows: Sequence[int]) -> None:
        """Look again at routes of the draft that have changed."""
        for row in rows:
            self.blocks[row] = block(self.draft, self.model.rows[row], self.chances)
        self.able = Able(self.draft)
        self._lay()

    # ── asking ──

    def query(self, job: Job) -> list[Slot]:
        """The job's windows that can be kept, cheapest first; each at its cheapest gap.

        Raises:
            InvalidProblem: it is a job of a crew or with links, or somewhere unknown.
        """
        if job.crew or job.after:
            raise InvalidProblem(f"job {job.id!r}: crews and links are not asked of the index")
        if job.location not in self.model.place:
            raise InvalidProblem(f"job {job.id!r}: there is no location {job.location!r}")
        windows = sorted(set(job.windows)) or [self.able.horizon]
        slots = self._with_chances(_Question(self, job).picks(windows))
        return sorted(slots, key=lambda slot: (slot.cost, slot.window))

    def _with_chances(self, picks: list[Pick]) -> list[Slot]:
        """The picks as slots, each with the probability of being there in time."""
        if not picks:
            return []
        gaps = [pick.gap for pick in picks]
        free = self.table.samples[self.table.gap["sample"][gaps]]
        for number, pick in enumerate(picks):
            if self.table.gap["at"][pick.gap] == 0:  # a first stop is left for in time
                opens = self.model.rows[int(self.row_of[pick.gap])].opens
                free[number] = max(opens, pick.start - pick.way)
        ways = np.array([pick.way for pick in picks], dtype=np.float32)
        latest = np.array([pick.window[1] for pick in picks], dtype=np.float32)
        chances = self.chances.kept(free, ways, latest)
        names = [self.model.technicians[int(self.who_of[pick.gap])].id for pick in picks]
        return [
            Slot(pick.window, pick.start, (name,), pick.cost, float(chance))
            for pick, name, chance in zip(picks, names, chances, strict=True)
        ]


class _Question:
    """One job asked of an index."""

    def __init__(self, index: SlotIndex, job: Job) -> None:
        self.index = index
        self.able = index.able
        self.job = job
        self.place = index.model.place[job.location]
        self.found = [one for mode in index.entries_of for one in self._fitting(mode)]
        self.trying: Draft | None = None

    def _fitting(self, mode: int) -> list[Found]:
        """Where the job fits at all, by the certificates of each technician."""
        roads, place = self.index.roads, self.place
        table, fits = self.index.entries_of[mode], []
        for earliest, latest, lengths in self.able.starts(self.job):
            mine = np.flatnonzero(self.able.rows(self.job, earliest)[table["row"]])
            one = {name: column[mine] for name, column in table.items()}
            is_near = (one["before"] == place) & (one["is_stop"] == 1)
            length = lengths[one["who"]] + np.where(is_near, 0, self.job.setup)
            way = roads.to(mode, place, one["before"], one["free"])
            ready = np.maximum(one["free"] + way + one["pause"], one["until"])
            target = np.where(one["after"] == place, one["bare"], one["target"])
            off = roads.latest(mode, place, one["after"], target - one["rest"])
            off = np.minimum(off, one["rest_latest"])
            off = np.where(one["rest_until"] > target, -FOREVER, off)
            ready = np.maximum(ready, earliest[one["who"]])
            last = np.minimum(off, latest[one["who"]]) - length
            detour = self._detour(mode, one, way, off)
            kept = (ready <= last) & self.able.within_limits(one["row"], detour)
            cost = self.able.cost(self.job, one, detour, length)
            fits.append(Found(one["gap"][kept], ready[kept], last[kept], cost[kept], way[kept]))
        return fits

    def _detour(self, mode: int, gap: Columns, way: Any, off: Any) -> tuple[Any, Any]:
        """Seconds and metres that the way gets longer."""
        roads = self.index.roads
        on = roads.off(mode, self.place, gap["after"], np.maximum(off, 0))
        metres = roads.further(mode, self.place, (gap["before"], gap["after"]))
        return way + on - gap["leg"], metres - gap["metres"]

    def picks(self, windows: Sequence[Window]) -> list[Pick]:
        """For each window the cheapest gap, timed exactly where arithmetic does not price it."""
        best: dict[Window, Pick] = {}
        for first in range(0, len(windows), TOGETHER):
            some = windows[first : first + TOGETHER]
            for fits in self.found:
                for window, pick in self._cheapest(fits.about(some), some):
                    if window not in best or pick.cost < best[window].cost:
                        best[window] = pick
        return list(best.values())

    def _cheapest(self, fits: Found, windows: Sequence[Window]) -> Iterator[tuple[Window, Pick]]:
        """All gaps against these windows at once, then the cheapest few of each window."""
        if not len(fits.gap):
            return
        opens, closes = np.array(windows, dtype=np.int64).T
        start = np.maximum(fits.ready[:, None], opens)
        good = start <= np.minimum(fits.latest[:, None], closes)
        cost = fits.cost[:, None] + self.able.lateness(self.job, start)
        cost = np.where(good, cost, np.inf)
        first = np.argmin(cost + start * SOONER, axis=0)
        for turn, window in enumerate(windows):
            prices = cost[:, turn]
            for at in self._tried(fits, prices, first[turn]):
                if prices[at] < np.inf:
                    gap, way = int(fits.gap[at]), int(fits.way[at])
                    moment = int(start[at, turn])
                    found = self._priced(Pick(window, gap, moment, way, float(prices[at])))
                    if found is not None:
                        yield window, found

    def _tried(self, fits: Found, prices: Any, first: int) -> Any:
        """The cheapest gap; the cheapest few where that is an estimate."""
        if self.able.is_plain[self.index.row_of[fits.gap[first]]] or len(prices) <= TIMED:
            return (first,) if len(prices) > TIMED else range(len(prices))
        return np.argpartition(prices, TIMED)[:TIMED]

    def _priced(self, pick: Pick) -> Pick | None:
        row = int(self.index.row_of[pick.gap])
        if self.able.is_plain[row]:
            return pick
        timed = self._timed(row, int(self.index.table.gap["at"][pick.gap]), pick.window)
        return timed and replace(pick, start=timed[0], cost=timed[1])

    def _timed(self, row: int, at: int, window: Window) -> tuple[int, float] | None:
        """Start and cost of the job in this gap, with everything else timed exactly again."""
        spare = self.index.spare
        if self.trying is None:
            self.trying = copy.copy(self.index.draft)
            self.trying.model = self.able.seated(spare, replace(self.job, penalty=0.0))
        draft = self.trying
        node = draft.model.nodes_of[spare][0]
        route = draft.routes[row]
        nodes = route.nodes if route else ()
        stops = (*nodes[:at], node, *nodes[at:])
        trial = draft.attempt({row: stops}, {**draft.lower, node: window[0]}, (spare,))
        timed = trial.timed[row] if trial else None
        if trial is None or timed is None:
            return None
        start = timed.starts[timed.nodes.index(node)]
        return (start, trial.delta) if window[0] <= start <= window[1] else None


def _with_spare(problem: Problem) -> Problem:
    """The problem with a job that nobody need do, whose seat the jobs asked about take."""
    where = problem.locations[0].id if problem.locations else ""
    spare = Job(SPARE, where, 0)
    return replace(problem, jobs=(*problem.jobs, spare)) if where else problem
