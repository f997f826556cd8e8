"""Why this technician and not another: every alternative forced and priced."""

from dataclasses import replace
from typing import Any

from solver.construction import insert
from solver.errors import InvalidPlan
from solver.insertion.draft import Draft
from solver.insertion.model import Model
from solver.insertion.placing import Placer, Wish
from solver.insertion.standing import take_up
from solver.plan import Plan
from solver.problem import Problem
from solver.reasons import Inquiry, why_not

Answer = dict[str, Any]


def explain(problem: Problem, plan: Plan, job: str) -> Answer:
    """The reasons of a job left out, or who does it and what everyone else would cost.

    ``job`` must be in the problem, and the plan valid. Of a crew, seat 0 is asked about.

    Raises:
        InvalidPlan: the plan cannot be driven as it stands.
    """
    draft = take_up(Model(problem), plan)
    if draft is None:
        raise InvalidPlan("the plan cannot be driven in its own order")
    index = draft.model.job_index[job]
    if not draft.planned[index]:
        return {"job": job, "reasons": Inquiry(draft, lambda: False).reasons(index)}
    return _Explanation(draft, index).answer()


class _Explanation:
    """The alternatives of one planned job in one draft."""

    def __init__(self, draft: Draft, job: int) -> None:
        self.draft = draft
        self.model = draft.model
        self.job = job
        self.placer = Placer(self.model, draft)
        self.before = _measures(draft)
        self.technicians = _assigned(draft)

    def answer(self) -> Answer:
        node = self.model.nodes_of[self.job][0]
        chosen = self.draft.who(node)
        others = [who for who in range(len(self.model.technicians)) if who != chosen]
        alternatives = [self._alternative(who) for who in others]
        alternatives.sort(key=lambda one: (one["cost_change"] is None, one["cost_change"] or 0))
        return {
            "job": self.model.jobs[self.job].id,
            "chosen": {
                "technician": self.model.technicians[chosen].id,
                "start": self.draft.start[node],
                "cost": self._cost(),
            },
            "alternatives": alternatives,
        }

    def _cost(self) -> float:
        """What the job costs where it is: the plan with it against the plan without it."""
        self.draft.mark()
        try:
            gone = self.draft.with_followers([self.job])
            if not self.draft.remove([self.job]):
                return 0.0
            saved = sum(self.draft.worth[job] for job in gone)
            return round(float(self.before["cost"]) - self.draft.total + saved, 2)
        finally:
            self.draft.undo()

    def _alternative(self, who: int) -> Answer:
        self.draft.mark()
        try:
            forced = self._force(who, making_room=False)
        finally:
            self.draft.undo()
        if forced is None:
            self.draft.mark()
            try:
                forced = self._force(who, making_room=True)
            finally:
                self.draft.undo()
        return forced or self._blocked(who)

    def _force(self, who: int, *, making_room: bool) -> Answer | None:
        """Give the job to this technician and put in again whatever had to go for that."""
        draft, model = self.draft, self.model
        if not model.may_ever(model.nodes_of[self.job][0], who):
            return None
        gone = draft.with_followers([self.job])
        if making_room:
            gone |= draft.with_followers(self._in_the_way(who) - model.required)
        if not draft.remove(gone):
            return None
        trial = self.placer.best(self.job, Wish(allowed=frozenset({who}), thorough=True))
        if trial is None:
            return None
        draft.apply(trial)
        insert(self.placer, sorted(gone - {self.job}), lambda: False)
        if any(not draft.planned[job] for job in model.required):
            return None
        return self._change(who)

    def _in_the_way(self, who: int) -> set[int]:
        """The jobs on this technician's shifts that could do the job."""
        node = self.model.nodes_of[self.job][0]
        starts = self.model.starts(node, who, with_setup=False)
        rows = [
            row
            for row in self.model.rows_of.get(who, [])
            if any(
                b >= self.model.rows[row].opens and a <= self.model.rows[row].latest_back
                for a, b in starts
            )
        ]
        return {
            self.model.node_job[stop]
            for row in rows
            if (route := self.draft.routes[row])
            for stop in route.nodes
            if stop < self.model.first_depot
        }

    def _change(self, who: int) -> Answer:
        after = _measures(self.draft)
        assigned = _assigned(self.draft)
        moved = [
            self.model.jobs[job].id
            for job, names in enumerate(self.technicians)
            if job != self.job and names != assigned[job]
        ]
        return {
            "technician": self.model.technicians[who].id,
            "cost_change": round(after["cost"] - self.before["cost"], 2),
            "travel_seconds_change": after["travel"] - self.before["travel"],
            "lateness_seconds_change": after["late"] - self.before["late"],
            "moved": moved,
        }

    def _blocked(self, who: int) -> Answer:
        name = self.model.technicians[who].id
        code = why_not(self.model, self.model.nodes_of[self.job][0], who)
        nothing = ("cost_change", "travel_seconds_change", "lateness_seconds_change")
        return {
            "technician": name,
            **dict.fromkeys(nothing),
            "moved": [],
            "blocked_by": code or self._code_alone(name),
        }

    def _code_alone(self, technician: str) -> str:
        """Why the job could not be planned if only this technician might do it."""
        asked = replace(self.model.jobs[self.job], only=frozenset({technician}), pinned=())
        other = self.draft.copied(self.model.with_job(self.job, asked))
        if not other.remove([self.job]):
            return "unreachable"
        reasons = Inquiry(other, lambda: False).reasons(self.job)
        return str(reasons[0]["code"])


def _measures(draft: Draft) -> dict[str, Any]:
    model = draft.model
    late = sum(
        max(0, draft.start[nodes[0]] - model.node_due[nodes[0]])
        for job, nodes in enumerate(model.nodes_of)
        if draft.planned[job]
    )
    travel = sum(sum(route.legs) for route in draft.routes if route)
    return {"cost": draft.total, "travel": travel, "late": late}


def _assigned(draft: Draft) -> list[list[str]]:
    return [draft.technicians(job) for job in range(len(draft.model.jobs))]
