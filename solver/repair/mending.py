"""A new plan from the one that stands: what holds is kept, what was announced changes little.

Visits that still hold stay where they are. The others are put in where they are cheapest, and
small neighbourhoods around them are taken apart and put together again for as long as that
makes the plan cheaper, change costs included; nothing is accepted that makes it dearer, so that
no announced visit moves without a gain.
"""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from solver.check import check
from solver.construction import by_hardness, insert, left
from solver.costs import HOUR, cost, kpis
from solver.errors import InvalidPlan
from solver.insertion.draft import Draft
from solver.insertion.model import Model
from solver.insertion.placing import THOROUGH, Placer
from solver.insertion.standing import to_plan
from solver.plan import Plan
from solver.problem import Job, Problem
from solver.reasons import left_out
from solver.repair.resuming import resume
from solver.rules import seats_filled

if TYPE_CHECKING:
    from solver.solving import Limits

LEAST_CHANGE, LEAST_MOVE = 60.0, 36.0  # so that of two equal plans the one announced stands
MOST_ROUTES, MOST_AT_ONCE = 4, 4
SHARE_FOR_REASONS, WRITING_FROM = 0.18, 0.95
Stop = Callable[[], bool]


def repair(
    problem: Problem, plan: Plan, limits: "Limits | None" = None, stop: Stop | None = None
) -> Plan:
    """The cheapest plan found from where this one stands; valid by every rule.

    ``plan`` may break rules of the problem, or name what it does not have: that is what has
    happened since. ``stop`` is asked often; once it says so, the best so far is returned.

    Raises:
        InvalidProblem: no plan keeps the pins.
    """
    from solver.solving import Limits, solve  # noqa: PLC0415  loads OR-Tools, which few need

    limits = limits or Limits(seconds=2.0)
    begun = time.monotonic()

    def gone() -> float:
        return 1.0 if stop and stop() else (time.monotonic() - begun) / limits.seconds

    asked = _reluctant(problem)
    draft = resume(Model(asked), plan)
    mending = _Mending(draft, limits, gone)
    mending.run()
    if left(mending.placer, sorted(draft.model.required)):
        rest = max(0.1, limits.seconds - (time.monotonic() - begun))
        return solve(problem, replace(limits, seconds=rest), stop=stop)
    mended = _written(problem, draft)
    if faults := check(problem, mended):
        raise InvalidPlan(faults)
    reasons = left_out(draft, lambda: gone() >= WRITING_FROM)
    searched = {"search": {"rounds": mending.rounds}, "changed": changes(problem, mended)}
    return replace(mended, unassigned=reasons, kpis={**mended.kpis, **searched})


def _reluctant(problem: Problem) -> Problem:
    """The same problem, in which every change of what was announced costs at least a little."""
    told = {one.job for one in problem.incumbent}
    jobs = tuple(_reluctant_job(job) if job.id in told else job for job in problem.jobs)
    return replace(problem, jobs=jobs)


def _reluctant_job(job: Job) -> Job:
    return replace(
        job,
        change_cost=job.change_cost or LEAST_CHANGE,
        move_per_hour=job.move_per_hour or LEAST_MOVE,
    )


def _written(problem: Problem, draft: Draft) -> Plan:
    """The draft as a plan, at the prices of the problem itself."""
    plan = to_plan(draft)
    return replace(plan, cost=cost(problem, plan), kpis=kpis(problem, plan))


class _Mending:
    """Rounds of taking apart and putting together around what does not hold any more."""

    def __init__(self, draft: Draft, limits: "Limits", gone: Callable[[], float]) -> None:
        self.draft = draft
        self.model = draft.model
        self.placer = Placer(draft.model, draft)
        self.random = random.Random(limits.seed)  # noqa: S311 - search, not secrets
        self.gone = gone
        self.most_rounds = limits.iterations
        self.rounds = 0
        self.troubled = left(self.placer, range(len(self.model.jobs)))

    def run(self) -> None:
        jobs = by_hardness(self.placer, self.troubled)
        required = [job for job in jobs if job in self.model.required]
        insert(self.placer, left(self.placer, required), lambda: False, THOROUGH)
        urgent = sorted(left(self.placer, jobs), key=lambda job: -self.draft.worth[job])
        insert(self.placer, urgent, self.is_over, THOROUGH)
        while not self.is_over():
            self.rounds += 1
            self._round()

    def is_over(self) -> bool:
        if self.most_rounds is not None and self.rounds >= self.most_rounds:
            return True
        return self.gone() >= 1 - SHARE_FOR_REASONS

    def _round(self) -> None:
        draft = self.draft
        before = draft.total
        draft.mark()
        centre = self._centre()
        gone = self._taken_out(centre)
        if not draft.remove(gone):
            draft.undo()
            return
        missing = [job for job in gone if not draft.planned[job]]
        insert(self.placer, self._in_order(centre, missing), lambda: False)
        if draft.total >= before - 1e-6:
            draft.undo()

    def _centre(self) -> int:
        """A job that is left out, one that was, or any."""
        absent = [job for job, planned in enumerate(self.draft.planned) if not planned]
        chance = self.random.random()
        if absent and chance < 0.6:
            return self.random.choice(absent)
        if self.troubled and chance < 0.85:
            return self.random.choice(self.troubled)
        return self.random.randrange(len(self.model.jobs))

    def _taken_out(self, centre: int) -> set[int]:
        """Some stops at about the same time on the nearest routes that could do the centre."""
        model, draft = self.model, self.draft
        chosen = draft.with_followers([centre]) - model.required
        node = model.nodes_of[centre][0]
        rows = [row.index for row in model.rows if model.may_ever(node, row.who)]
        rows = sorted(rows, key=lambda row: self._apart(row, node) * self.random.uniform(0.5, 2))
        for row in rows[: self.random.randint(1, MOST_ROUTES)]:
            chosen |= self._neighbours(row, self._wished(centre))
        return draft.with_followers(chosen - model.required) - model.required

    def _apart(self, row: int, node: int) -> int:
        """Seconds from the nearest stop of the route, or from where it starts."""
        rule, route = self.model.rows[row], self.draft.routes[row]
        seconds, place = self.model.legs(rule.mode).seconds, self.model.node_place
        places = [place[stop] for stop in route.nodes] if route else [rule.home]
        return min(seconds[at][place[node]] for at in places)

    def _wished(self, job: int) -> int:
        """A moment at which the job could start."""
        if self.draft.planned[job]:
            return self.draft.start[self.model.nodes_of[job][0]]
        windows = self.model.jobs[job].windows
        if not windows:
            rows = self.model.rows
            return self.random.choice(rows).opens + self.random.randrange(10 * HOUR)
        a, b = self.random.choice(windows)
        return self.random.randint(a, max(a, b))

    def _neighbours(self, row: int, moment: int) -> set[int]:
        route, model = self.draft.routes[row], self.model
        stops = [node for node in (route.nodes if route else ()) if node < model.first_depot]
        stops.sort(key=lambda node: abs(self.draft.start[node] - moment))
        count = self.random.randint(1, MOST_AT_ONCE)
        return {model.node_job[node] for node in stops[:count]}

    def _in_order(self, centre: int, missing: Iterable[int]) -> list[int]:
        """The centre first; now and then the dearest, or by chance."""
        jobs = sorted({*missing, centre})
        jobs = [job for job in jobs if not self.draft.planned[job]]
        self.random.shuffle(jobs)
        if self.random.random() < 0.5:
            jobs.sort(key=lambda job: -self.draft.worth[job])
        if self.random.random() < 0.7:
            jobs.sort(key=lambda job: job != centre)
        return jobs


def changes(problem: Problem, plan: Plan) -> list[dict[str, Any]]:
    """Every announced seat that is another now: who must be told what.

    ``before`` and ``after`` have ``technician`` and ``start``; without ``after`` the job is
    left out.
    """
    done = seats_filled(plan)
    found = []
    for told in problem.announced.values():
        if told.job not in problem.job:
            continue
        now = done.get(told.job, {}).get(told.seat)
        if now is not None and (now.technician, now.start) == (told.technician, told.start):
            continue
        before = {"technician": told.technician, "start": told.start}
        change: dict[str, Any] = {"job": told.job, "seat": told.seat, "before": before}
        if now is not None:
            change["after"] = {"technician": now.technician, "start": now.start}
        found.append(change)
    return found
