"""Whether anyone could ever fill a seat: before any route is looked at."""

from collections.abc import Callable
from typing import Any

from solver.insertion.model import Model
from solver.rules import can_ever_hold, is_allowed

Reason = dict[str, Any]


def nobody_could(model: Model, job: int) -> list[Reason]:
    """Reasons that hold whatever the plan is; none when every seat has somebody."""
    for node in model.nodes_of[job]:
        reason = _nobody_in(model, node) or _supplies(model, node)
        if reason:
            seat = model.node_seat[node]
            crew = {"seat": seat} if len(model.nodes_of[job]) > 1 else {}
            return [{**reason, **crew}]
    return []


def _nobody_in(model: Model, node: int) -> Reason | None:
    everyone = range(len(model.technicians))
    return None if any(_could(model, node, who) for who in everyone) else _seat(model, node)


def _seat(model: Model, node: int) -> Reason | None:
    job = model.jobs[model.node_job[node]]
    seat = job.seats[model.node_seat[node]]
    everyone = range(len(model.technicians))
    able = [who for who in everyone if can_ever_hold(model.technicians[who], seat)]
    if not able:
        return {"code": "nobody-qualified", "skills": [need.skill for need in seat.skills]}
    wanted = [who for who in able if _may_sit(model, node, who)]
    if not wanted:
        return {"code": "excluded", "technicians": _names(model, able)}
    certified = [who for who in wanted if model.may_ever(node, who)]
    if not certified:
        return _no_start(model, node, wanted)
    if not [who for who in certified if _on_shift(model, node, who)]:
        return {"code": "no-shift", "technicians": _names(model, certified)}
    return None


def _could(model: Model, node: int, who: int) -> bool:
    return model.may_ever(node, who) and _on_shift(model, node, who)


def why_not(model: Model, node: int, who: int) -> str | None:
    """The code that keeps this technician from the seat on any route at all."""
    seat = model.jobs[model.node_job[node]].seats[model.node_seat[node]]
    if not can_ever_hold(model.technicians[who], seat):
        return "nobody-qualified"
    if not _may_sit(model, node, who):
        return "excluded"
    if not model.may_ever(node, who):
        return str(_no_start(model, node, [who])["code"])
    return None if _on_shift(model, node, who) else "no-shift"


def _may_sit(model: Model, node: int, who: int) -> bool:
    job, name = model.jobs[model.node_job[node]], model.technicians[who].id
    seat = model.node_seat[node]
    pins = all((pin.seat == seat) == (pin.technician == name) for pin in job.pinned)
    return is_allowed(job, name) and pins


def _no_start(model: Model, node: int, wanted: list[int]) -> Reason:
    windows = model.jobs[model.node_job[node]].windows
    if windows and all(earliest > latest for earliest, latest in windows):
        return {"code": "window-too-narrow", "nearest": min(windows)[0]}
    return {"code": "certificate-expired", "technicians": _names(model, wanted)}


def _on_shift(model: Model, node: int, who: int) -> bool:
    return any(
        latest >= model.rows[row].opens and earliest <= model.rows[row].latest_back
        for row in model.rows_of.get(who, [])
        for earliest, latest in model.starts(node, who, with_setup=False)
    )


def _supplies(model: Model, node: int) -> Reason | None:
    """A tool or part that nobody who may come carries, where no depot has it either."""
    job = model.supplied_job(node)
    if job is None or model.problem.depots:
        return None
    able = [who for who in range(len(model.technicians)) if _on_shift(model, node, who)]
    for tool in sorted(job.tools):
        if not _any(model, able, lambda t, tool=tool: tool in t.tools):
            return {"code": "tool-missing", "tool": tool}
    for part, count in sorted(job.parts.items()):
        if not _any(model, able, lambda t, p=part, n=count: t.stock.get(p, 0) >= n):
            return {"code": "part-missing", "part": part}
    return None


def _any(model: Model, able: list[int], has: Callable[..., bool]) -> bool:
    return any(has(model.technicians[who]) for who in able)


def _names(model: Model, technicians: list[int]) -> list[str]:
    return [model.technicians[who].id for who in technicians]
