"""Trying to plan a job that was left out: as it is, alone, and with one rule eased."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from solver.construction import insert
from solver.insertion.draft import Draft, Trial
from solver.insertion.model import Model, Row
from solver.insertion.placing import THOROUGH, Placer
from solver.insertion.table import Ask
from solver.plan import Unassigned
from solver.problem import Job, Seat
from solver.reasons.qualified import Reason, nobody_could

OVERTIME = 2 * 3600
TRIED_TO_DISPLACE = 12
GLANCES = 200  # jobs looked at by estimate once time is over; for more that would take seconds
REMEDY_OF = {
    "window-too-narrow": "window",
    "tool-missing": "part",
    "part-missing": "part",
    "crew-incomplete": "crew",
}


def left_out(draft: Draft, is_over: Callable[[], bool]) -> tuple[Unassigned, ...]:
    """Every job left out with its reasons; once time is over, without remedies."""
    inquiry = Inquiry(draft, is_over)
    return tuple(
        Unassigned(draft.model.jobs[job].id, tuple(inquiry.reasons(job)))
        for job, planned in enumerate(draft.planned)
        if not planned
    )


class Inquiry:
    """Asks why jobs are left out of one draft, which it leaves as it was."""

    def __init__(self, draft: Draft, is_over: Callable[[], bool]) -> None:
        self.draft = draft
        self.model = draft.model
        self.is_over = is_over
        self.standing = Placer(self.model, draft)
        self.empty = Placer(self.model, Draft(self.model))
        self.eased_rows: dict[str, Model] = {}
        self.glances = 0

    def reasons(self, job: int) -> list[Reason]:
        """At least one reason, those with the cheapest remedy first."""
        out = [lead for lead in self.model.leaders[job] if not self.draft.planned[lead]]
        if out:
            return [{"code": "link-left-out", "jobs": [self.model.jobs[lead].id for lead in out]}]
        if reasons := nobody_could(self.model, job):
            return [self._with_remedy(job, reason) for reason in reasons]
        if self.is_over():
            return [self._at_a_glance(job)]
        fitting = self.standing.best(job, THOROUGH)
        if fitting is not None:
            return [self._though_it_fits(job, fitting)]
        return self._unfitting(job, self._alone(self.model, job))

    def _unfitting(self, job: int, alone: Trial | None) -> list[Reason]:
        """Reasons of a job that the plan has no room for, by what it is alone."""
        if alone is None:
            return self._impossible(job)
        if alone.delta >= 0:
            return [{"code": "not-worth-it", "cost": self._price(job, alone)}]
        return _cheapest_first([self._crowded_out(job), *self._eased(job)])

    def _at_a_glance(self, job: int) -> Reason:
        """Without time to try: by the estimate whether it would fit, and who is in its way."""
        self.glances += 1
        if self.glances > GLANCES:
            return {"code": "search-limit"}
        self.standing.table.refresh(self.draft)
        seats = self.model.nodes_of[job]
        if all(self.standing.table.spots(Ask(node, keep=1)) for node in seats):
            return {"code": "search-limit"}
        rivals = self._rivals(job)
        if not rivals:
            return {"code": "window-too-narrow"}
        return {"code": "crowded-out", "by": [self.model.jobs[rival].id for rival in rivals[:5]]}

    def _price(self, job: int, trial: Trial) -> float:
        """What planning it costs, its own penalty left aside."""
        return round(trial.delta + self.draft.worth[job], 2)

    def _though_it_fits(self, job: int, trial: Trial) -> Reason:
        code = "search-limit" if trial.delta < -1e-6 else "not-worth-it"
        return {"code": code, "cost": self._price(job, trial)}

    # ── alone ──

    def _alone(self, model: Model, job: int) -> Trial | None:
        """The cheapest way to plan the job with nothing but what it is linked after."""
        if model is self.model and not model.leaders[job]:
            return self.empty.best(job, THOROUGH)
        placer = Placer(model, Draft(model))
        leaders = sorted(model.all_leaders(job) - {job})
        insert(placer, leaders, lambda: False, THOROUGH)
        return placer.best(job, THOROUGH)

    def _impossible(self, job: int) -> list[Reason]:
        """Even alone it cannot be: which rules, eased alone, would let it."""
        reasons = []
        for code, facts, model in self._easings(job):
            trial = self._alone(model, job)
            if trial is not None:
                reasons.append(self._reason(job, (code, facts), model, trial))
        if not reasons and len(self.model.nodes_of[job]) > 1:
            return [{"code": "crew-incomplete"}]
        return _cheapest_first(reasons) or [{"code": "unreachable"}]

    def _easings(self, job: int) -> Iterator[tuple[str, Reason, Model]]:
        asked = self.model.jobs[job]
        yield "limit", {"which": "overtime"}, self._rows("overtime")
        for which in ("max_jobs", "max_metres", "max_travel_seconds"):
            if any(getattr(row.shift, which) is not None for row in self.model.rows):
                yield "limit", {"which": which}, self._rows(which)
        if asked.windows:
            yield "window-too-narrow", {}, self.model.with_job(job, replace(asked, windows=()))
        if asked.tools:
            eased = replace(asked, tools=frozenset())
            yield "tool-missing", {"tools": sorted(asked.tools)}, self.model.with_job(job, eased)
        if asked.parts:
            eased = replace(asked, parts={})
            yield "part-missing", {"parts": dict(asked.parts)}, self.model.with_job(job, eased)
        if len(asked.crew) > 1:
            eased = replace(asked, crew=tuple(Seat((), seat.duration) for seat in asked.crew))
            yield "crew-incomplete", {}, self.model.with_job(job, eased)

    def _rows(self, which: str) -> Model:
        """The same problem with one limit of every shift eased."""
        if which not in self.eased_rows:
            rows = [_without_limit(row, which) for row in self.model.rows]
            self.eased_rows[which] = self.model.with_rows(rows)
        return self.eased_rows[which]

    def _reason(self, job: int, about: tuple[str, Reason], model: Model, trial: Trial) -> Reason:
        """A reason that easing a rule removes, with that as its remedy."""
        code, facts = about
        start, names = _seated(model, trial, job)
        reason: Reason = {"code": code, **facts, "technicians": names}
        if code == "window-too-narrow":
            reason["nearest"] = start
        kind = REMEDY_OF.get(code)
        if code == "limit" and facts.get("which") == "overtime":
            reason["remedy"] = self._overtime(job, trial, (start, names))
        elif kind:
            price = self._price(job, trial)
            reason["remedy"] = {"kind": kind, "start": start, "technicians": names, "cost": price}
        return reason

    def _overtime(self, job: int, trial: Trial, seated: tuple[int, list[str]]) -> Reason:
        """Whose overtime would let the job in: how long each works past what is allowed."""
        over = {
            self.model.rows[row].technician.id: route.back - self.model.rows[row].latest_back
            for row, route in trial.timed.items()
            if route and route.back > self.model.rows[row].latest_back
        }
        start, names = seated
        return {
            "kind": "overtime",
            "start": start,
            "technicians": sorted(over) or names,
            "seconds": max(over.values(), default=0),
            "cost": self._price(job, trial),
        }

    # ── with the others ──

    def _eased(self, job: int) -> Iterator[Reason]:
        """Overtime, another time, supplies: where one lets it into the plan as it is."""
        asked = self.model.jobs[job]
        eased: list[tuple[str, Reason, Model]] = [
            ("limit", {"which": "overtime"}, self._rows("overtime"))
        ]
        if asked.windows:
            other = self.model.with_job(job, replace(asked, windows=()))
            eased.append(("window-too-narrow", {}, other))
        if asked.parts and not self.model.problem.depots:
            other = self.model.with_job(job, replace(asked, parts={}))
            eased.append(("part-missing", {"parts": dict(asked.parts)}, other))
        for code, facts, model in eased:
            if self.is_over():
                return
            trial = self._placer(model).best(job, THOROUGH)
            if trial is not None:
                yield self._reason(job, (code, facts), model, trial)

    def _placer(self, model: Model) -> Placer:
        """For asking about the plan as it stands under an eased model."""
        draft = self.draft.copied(model)
        if model.rows is not self.model.rows:
            return Placer(model, draft)
        self.standing.table.refresh(self.draft)
        draft.dirty.clear()
        return Placer(model, draft, table=self.standing.table.on(model))

    def _crowded_out(self, job: int) -> Reason:
        """Which planned job, taken out, would make room most cheaply; or all in its way."""
        best: tuple[float, int] | None = None
        rivals = self._rivals(job)
        for rival in rivals[:TRIED_TO_DISPLACE]:
            if self.is_over():
                break
            cost = self._displaced(job, rival)
            if cost is not None and (best is None or cost < best[0]):
                best = cost, rival
        names = [self.model.jobs[rival].id for rival in rivals]
        remedies = [self._certificate(job)] if self.model.jobs[job].penalty > 0 else []
        by = names[:5]
        if best is not None:
            by = [self.model.jobs[best[1]].id]
            remedies.append({"kind": "displace", "jobs": by, "cost": round(best[0], 2)})
        cheapest = min((one for one in remedies if one), key=lambda one: one["cost"], default=None)
        return {"code": "crowded-out", "by": by} | ({"remedy": cheapest} if cheapest else {})

    def _displaced(self, job: int, rival: int) -> float | None:
        """What it costs to plan the job in the rival's place, its own penalty left aside.

        The rival is put in again where it still pays.
        """
        before = self.draft.total
        self.draft.mark()
        try:
            if not self.draft.remove([rival]):
                return None
            trial = self.standing.best(job)
            if trial is None:
                return None
            self.draft.apply(trial)
            again = self.standing.best(rival)
            moved = min(0.0, again.delta) if again else 0.0
            return self.draft.total + moved + self.draft.worth[job] - before
        finally:
            self.draft.undo()

    def _rivals(self, job: int) -> list[int]:
        """Planned jobs on the shifts that could do this one, nearest in time first."""
        model, draft = self.model, self.draft
        rivals: dict[int, int] = {}
        for node in model.nodes_of[job]:
            for options in self.standing.table.options(node):
                entries = zip(options.rows, options.earliest, options.latest, strict=True)
                for row, earliest, latest in entries:
                    route = draft.routes[int(row)]
                    for stop in route.nodes if route else ():
                        if stop < model.first_depot:
                            start = draft.start[stop]
                            apart = int(max(earliest[0] - start, start - latest[0], 0))
                            rival = model.node_job[stop]
                            rivals[rival] = min(apart, rivals.get(rival, apart))
        required = model.required
        return sorted((r for r in rivals if r not in required), key=lambda r: (rivals[r], r))

    def _with_remedy(self, job: int, reason: Reason) -> Reason:
        """What nobody could ever do, with what would change that and its price."""
        code, asked = reason["code"], self.model.jobs[job]
        if self.is_over():
            return reason
        if code in ("nobody-qualified", "certificate-expired"):
            remedy = self._certificate(job)
        elif code in ("no-shift", "window-too-narrow"):
            remedy = self._eased_to(job, "window", replace(asked, windows=()))
        elif code in ("tool-missing", "part-missing"):
            remedy = self._eased_to(job, "part", replace(asked, tools=frozenset(), parts={}))
        else:
            return reason
        if remedy is None:
            return reason
        nearest = {"nearest": remedy["start"]} if code == "window-too-narrow" else {}
        return {**reason, **nearest, "remedy": remedy}

    def _certificate(self, job: int) -> Reason | None:
        """Who would do it if they held the certificates that it needs."""
        asked = self.model.jobs[job]
        if not asked.skills and not any(seat.skills for seat in asked.crew):
            return None
        crew = tuple(Seat((), seat.duration) for seat in asked.crew)
        remedy = self._eased_to(job, "certificate", replace(asked, skills=(), crew=crew))
        needs = [need.skill for seat in asked.seats for need in seat.skills]
        return remedy and {**remedy, "skills": sorted(set(needs))}

    def _eased_to(self, job: int, kind: str, asked: Job) -> Reason | None:
        """The remedy that this change of the job would be, in the plan as it stands."""
        model = self.model.with_job(job, asked)
        trial = self._placer(model).best(job)
        if trial is None:
            return None
        start, names = _seated(model, trial, job)
        price = self._price(job, trial)
        return {"kind": kind, "start": start, "technicians": names, "cost": price}


def _without_limit(row: Row, which: str) -> Row:
    if which == "overtime":
        return replace(row, latest_back=row.latest_back + OVERTIME)
    nothing: Any = {which: None}
    return replace(row, shift=replace(row.shift, **nothing))


def _seated(model: Model, trial: Trial, job: int) -> tuple[int, list[str]]:
    """When the trial starts the job, and who does it."""
    start, names = 0, []
    for route in trial.timed.values():
        for node, begins in zip(route.nodes, route.starts, strict=True) if route else ():
            if node in model.nodes_of[job] and route is not None:
                start = begins
                names.append(model.rows[route.row].technician.id)
    return start, names


def _cheapest_first(reasons: Iterable[Reason]) -> list[Reason]:
    def price(reason: Reason) -> Any:
        remedy = reason.get("remedy")
        return (remedy is None, remedy["cost"] if remedy else 0.0)

    return sorted(reasons, key=price)
