"""Slots, explanations and repairs from the command line."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

import click
import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from app.cli.plan_search import followed
from app.cli.plan_tables import local
from app.core import clock, settings
from app.core.db import db, unit_of_work
from app.core.money import Money, show
from app.core.policies import system
from app.jobs import queries as jobs
from app.jobs.models import Job
from app.places.models import Territory
from app.planning import service
from app.planning import tasks as planning
from app.planning.models import PlanState, PlanVersion
from app.planning.queries import plans, telling, visits
from app.planning.rules.reasons import told
from app.planning.schemas import ExplanationSchema, OfferSchema
from app.technicians.models import Technician

ACTOR = system("cli")
DAY = click.DateTime(formats=["%Y-%m-%d"])
AS_JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.command("offer")
@click.argument("job")
@click.option("--from", "first", type=DAY, help="First day; today by default.")
@click.option("--days", type=int, help="How many days; the setting by default.")
@AS_JSON
def offer(job: str, first: datetime | None, days: int | None, *, as_json: bool) -> None:
    """List the windows on offer for JOB (its number), cheapest first.

    \b
    shifu plan offer 1234-5678
    shifu plan offer 1234-5678 --from 2026-11-23 --days 3 --json
    """
    found = jobs.by_number(job, actor=ACTOR)
    offers = service.offer(found, first.date() if first else None, days)
    if as_json:
        _echo([OfferSchema().dump(one) for one in offers])
    elif not offers:
        click.echo("No window can be kept on these days.")
    else:
        Console().print(_offers(offers, _zone(found)))


@click.command("explain")
@click.argument("job")
@click.option("--day", type=DAY, help="Which day's plan; the job's own by default.")
@AS_JSON
def explain(job: str, day: datetime | None, *, as_json: bool) -> None:
    """Say why a technician has JOB (its number) and what everybody else would cost.

    \b
    shifu plan explain 1234-5678
    """
    asked = jobs.by_number(job, actor=ACTOR)
    found = service.explain(asked, day.date() if day else None)
    reasons = [told(reason) for reason in found.reasons]
    if as_json:
        _echo(ExplanationSchema().dump(vars(found) | {"reasons": reasons}))
    elif found.technician_id is None:
        for reason in reasons:
            click.echo(f"{reason['text']} {' '.join(r['text'] for r in reason['remedies'])}")
    else:
        Console().print(_alternatives(found, _zone(asked)))


@click.command("repair")
@click.argument("territory")
@click.argument("day", type=DAY, required=False)
@click.option("--seconds", type=int, help="How long to search; the setting by default.")
@click.option("--publish", is_flag=True, help="Announce it at once.")
@AS_JSON
def repair(
    territory: str, day: datetime | None, seconds: int | None, *, publish: bool, as_json: bool
) -> None:
    """Mend a DAY of TERRITORY, today by default: keep what holds, change little.

    Prints who must be told; nothing is announced unless --publish is given.

    \b
    shifu plan repair GZ
    shifu plan repair GZ 2026-11-23 --publish
    """
    where = plans.territory(territory, actor=ACTOR)
    when = day.date() if day else clock.today(where.timezone)
    with unit_of_work():
        asked = service.request_repair(where.id, when, seconds, ACTOR)
    plan = followed(asked, quiet=as_json)
    if plan.state is PlanState.FAILED:
        raise planning.PlanFailed(plan=plan.number, why=plan.error)
    found = telling.to_tell(plan)
    if publish:
        with unit_of_work():
            service.publish(plan.id, when, ACTOR, accept_changes=True)
    _say(plan, when, found, where, as_json=as_json)


def _say(
    plan: PlanVersion, day: date, found: list[telling.Telling], where: Territory, *, as_json: bool
) -> None:
    numbers = _numbers(one.change.job_id for one in found)
    if as_json:
        _echo({"plan": plan.number, "changes": [_plain(one, numbers) for one in found]})
        return
    click.echo(f"Plan {plan.number} mends {where.code} {day}: {len(found)} visits change.")
    codes = _codes({who for one in found for who in one.technician_ids})
    for one in found:
        people = ", ".join(codes[who] for who in one.technician_ids)
        consumer = "; tell the consumer" if one.customer else ""
        click.echo(f"  {numbers[one.change.job_id]} {one.change.kind}: {people}{consumer}")


def _plain(one: telling.Telling, numbers: dict[UUID, str]) -> dict[str, Any]:
    return {
        "job": numbers[one.change.job_id],
        "kind": one.change.kind,
        "customer": one.customer,
        "technicians": [str(who) for who in one.technician_ids],
    }


def _offers(offers: list[service.Offer], zone: str) -> Table:
    codes = _codes({who for one in offers for who in one.technician_ids})
    table = Table("window", "start", "who", "cost", "kept")
    for one in offers:
        begin, end = one.window
        table.add_row(
            f"{local(begin, zone)}–{local(end, zone, '%H:%M')}",
            local(one.starts_at, zone, "%H:%M"),
            ", ".join(codes[who] for who in one.technician_ids),
            _money(one.cost_minor),
            f"{one.kept:.0%}",
        )
    return table


def _alternatives(found: service.Explanation, zone: str) -> Table:
    people = {one.technician_id for one in found.alternatives}
    codes = _codes({found.technician_id, *people} - {None})
    numbers = _numbers(job for one in found.alternatives for job in one.moved)
    start = local(found.starts_at, zone) if found.starts_at else ""
    title = f"{codes[found.technician_id]} at {start}: {_money(found.cost_minor)}"
    table = Table("instead", "cost", "travel", "lateness", "who else moves", title=title)
    for one in found.alternatives:
        if one.blocked_by:
            table.add_row(codes[one.technician_id], one.blocked_by, "", "", "")
            continue
        table.add_row(
            codes[one.technician_id],
            _money(one.cost_change_minor),
            _minutes(one.travel_seconds_change),
            _minutes(one.lateness_seconds_change),
            ", ".join(numbers[job] for job in one.moved),
        )
    return table


def _money(minor: int | None) -> str:
    return "" if minor is None else show(Money(minor, settings.current().currency))


def _minutes(seconds: int | None) -> str:
    return "" if seconds is None else f"{seconds / 60:+.0f} min"


def _zone(job: Job) -> str:
    return db.session.get_one(Territory, job.territory_id).timezone


def _codes(ids: Any) -> dict[Any, str]:
    chosen = sa.select(Technician.id, Technician.code).where(Technician.id.in_(ids))
    return {row.id: row.code for row in db.session.execute(chosen)}


def _numbers(ids: Any) -> dict[UUID, str]:
    return {job.id: job.number for job in visits.jobs_by_id(ids)}


def _echo(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
