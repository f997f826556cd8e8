"""From a problem to a plan, within limits; the best so far whenever the time is up."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from solver.budgets import Budget, Rounds, Time
from solver.check import check
from solver.construction import finish
from solver.engines import Engine, engine_for, load_compiled
from solver.errors import InvalidProblem
from solver.improvement import Snapshot, restore, snapshot
from solver.insertion.draft import Draft
from solver.insertion.model import Model
from solver.insertion.placing import Placer
from solver.insertion.standing import to_plan
from solver.plan import Plan
from solver.problem import Problem
from solver.reasons import Inquiry, left_out
from solver.routing import recombine, reorder

FEW_JOBS = 400  # of so many the first plan is looked at again too
LOOKS = 3
TINY = 1e-6
SECONDS_TO_ASK = 0.005  # for why one job is left out


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to search.

    Attributes:
        seconds: From the call of ``solve`` to its return; loading the compiled search, which
            a process does once, is not counted.
        iterations: Rounds of ruin and recreate; with the same seed and time enough for
            them the plan is always the same.
        engine: ``search``, or ``greedy`` for the construction alone.
    """

    seconds: float = 10.0
    seed: int = 0
    iterations: int | None = None
    engine: str = "search"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a search stands."""

    seconds: float
    iterations: int
    cost: float
    left_out: int


Watcher = Callable[[Progress], None]


def solve(
    problem: Problem,
    limits: Limits | None = None,
    progress: Watcher | None = None,
    stop: Callable[[], bool] | None = None,
) -> Plan:
    """The best plan found within the limits; valid by every rule.

    ``progress`` is called a few times each second with how far the search is; ``stop`` is
    asked often, and once it says so, the best plan so far is returned.

    Raises:
        InvalidProblem: no plan keeps the pins.
    """
    load_compiled()
    return _Run(problem, limits or Limits(), progress, stop).plan()


class _Run:
    """One call of ``solve``."""

    def __init__(
        self,
        problem: Problem,
        limits: Limits,
        progress: Watcher | None,
        stop: Callable[[], bool] | None,
    ) -> None:
        self.begun = time.monotonic()
        self.problem = problem
        self.limits = limits
        self.watcher = progress
        self.stop = stop or (lambda: False)
        self.told = 0.0
        self.telling = threading.Lock()

    def plan(self) -> Plan:
        model = Model(self.problem)
        engine = engine_for(model, self.limits.seed)
        self._keep_pins(engine, model)
        engine.construct(self.stop if engine.form == "compiled" else self._is_over_soon)
        draft = engine.draft()
        if len(model.jobs) <= FEW_JOBS or self.limits.engine == "greedy":
            self._look_again(draft)
        beginning, steps = snapshot(draft), {"construction": draft.total}
        if self.limits.engine == "search":
            engine.search(self._budget(engine))
            draft = engine.draft()
            steps["ruin and recreate"] = draft.total
            self._polish(engine, draft, steps)
            self._look_again(draft)
            if draft.total > beginning.total:
                restore(draft, beginning)
            steps["last look"] = draft.total
        search = {"form": engine.form, "rounds": engine.standing()[0], "steps": steps}
        return self._written(draft, beginning, search)

    def _keep_pins(self, engine: Engine, model: Model) -> None:
        """Plan what is pinned before all else.

        Raises:
            InvalidProblem: no way was found to keep the pins together.
        """
        if not model.required:
            return
        engine.keep_pins()
        draft = engine.draft()
        missing = [job for job in sorted(model.required) if not draft.planned[job]]
        if missing:
            inquiry = Inquiry(draft, lambda: False)
            raise InvalidProblem(_pin_fault(inquiry, job) for job in missing)

    def _budget(self, engine: Engine) -> Budget:
        def enough() -> bool:
            self._tell(engine)
            return self.is_over()

        if self.limits.iterations is not None:
            return Rounds(self.limits.iterations, enough)
        begun, after = self.elapsed(), 1.5 * self._polish_seconds()
        until = self._end(engine.standing()[2]) - after
        seconds = max(1e-9, until - begun)
        jobs = len(self.problem.jobs)
        return Time(lambda: (self.elapsed() - begun) / seconds, enough, seconds, jobs)

    def _polish(self, engine: Engine, draft: Draft, steps: dict[str, float]) -> None:
        """Let CP-SAT choose among the routes met, and put the stops of each in order."""
        part = self._polish_seconds()
        if not self._is_late(draft):
            recombine(draft, engine.met(), part)
            steps["choice of routes"] = draft.total
            reorder(draft, part / 10, lambda: self._is_late(draft))
            steps["order of stops"] = draft.total

    def _look_again(self, draft: Draft) -> None:
        """Leave nothing undone that a last look finds, as long as that makes it cheaper."""
        placer = Placer(draft.model, draft)
        for _ in range(LOOKS):
            before = snapshot(draft)
            finish(placer, lambda: self._is_late(draft))
            if draft.total >= before.total - TINY:
                restore(draft, before)
                return

    def _polish_seconds(self) -> float:
        if self.limits.iterations is not None:
            return 0.5
        return min(2.0, 0.04 * self.limits.seconds)

    def _end(self, left_out: int) -> float:
        """When to stop looking and write down, in seconds from the beginning."""
        asking = 0.02 + SECONDS_TO_ASK * left_out
        return 0.96 * self.limits.seconds - min(0.3 * self.limits.seconds, asking)

    def _is_late(self, draft: Draft) -> bool:
        return self.elapsed() > self._end(draft.planned.count(False)) or self.stop()

    def _is_over_soon(self) -> bool:
        return self.elapsed() > 0.6 * self.limits.seconds or self.stop()

    def _written(self, draft: Draft, first: Snapshot, search: dict[str, Any]) -> Plan:
        """The draft as a plan; the first plan again should the draft break a rule."""
        plan = to_plan(draft)
        if check(self.problem, plan):
            restore(draft, first)
            plan = to_plan(draft)
            if check(self.problem, plan):
                draft = Draft(draft.model)
                plan = to_plan(draft)
        reasons = left_out(
            draft, lambda: self.elapsed() > 0.98 * self.limits.seconds or self.stop()
        )
        return replace(plan, unassigned=reasons, kpis={**plan.kpis, "search": search})

    def elapsed(self) -> float:
        return time.monotonic() - self.begun

    def is_over(self) -> bool:
        return self.elapsed() >= self.limits.seconds or self.stop()

    def _tell(self, engine: Engine) -> None:
        with self.telling:
            if self.watcher is None or self.elapsed() - self.told < 0.25:
                return
            self.told = self.elapsed()
            self.watcher(Progress(self.told, *engine.standing()))


def _pin_fault(inquiry: Inquiry, job: int) -> str:
    asked = inquiry.model.jobs[job]
    codes = ", ".join(reason["code"] for reason in inquiry.reasons(job))
    if not asked.pinned:
        return f"job {asked.id!r}: a pinned job is linked after it, but it cannot be: {codes}"
    pins = ", ".join(
        f"seat {pin.seat} to {pin.technician!r}"
        + ("" if pin.start is None else f" at {pin.start}")
        for pin in asked.pinned
    )
    return f"job {asked.id!r}: pinned {pins}, which no valid plan keeps: {codes}"
