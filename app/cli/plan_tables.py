"""Plans and days as tables for people."""

from collections import Counter
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.table import Table

from app.core.money import Money, show
from app.places.models import Territory
from app.planning.models import PlanVersion
from app.planning.queries.plans import Difference, Seat

SHOWN_LEFT_OUT = 40


def local(at: datetime, zone: str, form: str = "%Y-%m-%d %H:%M") -> str:
    return at.astimezone(ZoneInfo(zone)).strftime(form)


def plan_plain(plan: PlanVersion, published: list[date]) -> dict[str, Any]:
    """Return a plan for programs."""
    return {
        "number": plan.number,
        "state": plan.state.value,
        "first_day": plan.first_day,
        "last_day": plan.last_day,
        "cost_minor": plan.cost_minor,
        "currency": plan.currency,
        "published": published,
        "error": plan.error,
    }


def plans(rows: list[PlanVersion], published: dict[UUID, list[date]], zone: str) -> Table:
    table = Table("plan")
    table.add_column("days", no_wrap=True)
    for name in ("state", "planned", "left out", "cost", "made"):
        table.add_column(name)
    table.add_column("announced", no_wrap=True)
    for row in rows:
        whole = row.measures.get("whole", {})
        cost = show(Money(row.cost_minor, row.currency)) if row.cost_minor is not None else ""
        table.add_row(
            str(row.number),
            _days(row.first_day, row.last_day),
            row.state.value,
            str(whole.get("planned", "")),
            str(whole.get("unplanned", "")),
            cost,
            local(row.created_at, zone),
            "\n".join(map(str, published.get(row.id, []))),
        )
    return table


def _days(first: date, last: date) -> str:
    return str(first) if first == last else f"{first}\n{last}"


def summary(plan: PlanVersion, where: Territory) -> str:
    """Say in a few lines what a plan came to."""
    whole = plan.measures.get("whole")
    head = (
        f"Plan {plan.number} of {where.name} ({where.code}), {plan.first_day} to {plan.last_day}"
    )
    if whole is None:
        return f"{head}: {plan.state.value}. {plan.error or ''}"
    cost = show(Money(plan.cost_minor or 0, plan.currency))
    running = show(Money(whole["cost_minor"], plan.currency))
    estimated = round(100 * (plan.estimated_share or 0))
    return (
        f"{head}\n"
        f"{whole['planned']} jobs planned, {whole['unplanned']} left out, {whole['late']} late; "
        f"on time {whole['on_time_share']:.0%}, "
        f"travel {whole['travel_seconds_per_job'] // 60} min a job, "
        f"overtime {whole['overtime_seconds'] // 60} min, used {whole['utilisation']:.0%}\n"
        f"cost {cost} with penalties, {running} to run; {estimated} % of legs are estimates"
    )


def day(view: dict[str, Any]) -> list[RenderableType]:
    """Show a day: a row for each technician, then what is left out and why."""
    zone = view["territory"]["timezone"]
    table = Table("technician", "shift", "load", "jobs", "route", title=f"{view['day']}")
    for one in view["technicians"]:
        visits = [stop for stop in one["stops"] if stop["kind"] == "visit"]
        table.add_row(
            f"{one['code']} {one['name']}",
            _span(one["shift"], zone),
            f"{one['load']:.0%}",
            str(len(visits)),
            "  ".join(_stop(stop, zone) for stop in visits),
        )
    return [table, *_left_out(view["unplanned"])]


def _span(shift: dict[str, str] | None, zone: str) -> str:
    if shift is None:
        return ""
    return "–".join(_clock(shift[end], zone) for end in ("start", "end"))


def _clock(text: str, zone: str) -> str:
    return local(datetime.fromisoformat(text), zone, "%H:%M")


def _stop(stop: dict[str, Any], zone: str) -> str:
    late = " late" if stop["late_seconds"] else ""
    pinned = " pinned" if stop["pinned"] else ""
    return f"{_clock(stop['start'], zone)} {stop['job_number']}{late}{pinned}"


def _left_out(jobs: list[dict[str, Any]]) -> list[RenderableType]:
    if not jobs:
        return ["Every job of the day is planned."]
    table = Table("left out", "what", "why", "what would help", title=f"{len(jobs)} left out")
    for one in jobs[:SHOWN_LEFT_OUT]:
        remedies = [remedy["text"] for why in one["reasons"] for remedy in why["remedies"]]
        table.add_row(
            one["job_number"],
            f"{one['brand']} {one['title']}",
            "\n".join(why["text"] for why in one["reasons"]),
            "\n".join(dict.fromkeys(remedies)),
        )
    counts = Counter(one["reasons"][0]["code"] for one in jobs if one["reasons"])
    return [table, "  ".join(f"{code}: {count}" for code, count in counts.most_common())]


def difference_plain(one: Difference) -> dict[str, Any]:
    """Return a difference as its schema has it."""

    def seats(of: dict[int, Seat]) -> list[dict[str, Any]]:
        return [
            {"seat": seat, "technician_id": who.technician_id, "starts_at": who.starts_at}
            for seat, who in sorted(of.items())
        ]

    return {
        "job_id": one.job_id,
        "kind": one.kind,
        "before": seats(one.before),
        "after": seats(one.after),
    }


def differences(found: list[Difference], names: dict[UUID, str], zone: str) -> Table:
    """Show what a later plan does otherwise; ``names`` has job numbers and technicians' codes."""
    table = Table("job", "what", "before", "after")
    for one in found:
        sides = [
            ", ".join(
                f"{str(s.technician_id)[:8]} {local(s.starts_at, zone)}" for s in of.values()
            )
            for of in (one.before, one.after)
        ]
        table.add_row(names[one.job_id], one.kind, *sides)
    return table
