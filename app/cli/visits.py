"""The technicians' day from the command line."""

import json
from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from app.core import clock
from app.core.db import unit_of_work
from app.core.policies import system
from app.jobs import queries as jobs
from app.planning.models import VisitState
from app.technicians import queries as technicians
from app.visits import queries, rules, service
from app.visits.events import FailureReason
from app.visits.schemas import MyDaySchema, stop_as_plain
from app.visits.service import Evidence

ACTOR = system("cli")
DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("visits")
def group() -> None:
    """The technicians' day."""


@group.command("day")
@click.argument("technician")
@click.argument("day", type=DAY, required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def show_day(technician: str, day: datetime | None, *, as_json: bool) -> None:
    """Show the visits of TECHNICIAN (a code) on DAY, today when left out.

    \b
    shifu visits day T001
    shifu visits day T001 2026-11-23 --json
    """
    found = technicians.by_code(technician, actor=ACTOR)
    zone = technicians.zone_of(found)
    on = day.date() if day else clock.today(zone)
    stops = queries.day_of(found.id, on, actor=ACTOR)
    if as_json:
        plain = {"date": on, "stops": [stop_as_plain(stop) for stop in stops]}
        click.echo(json.dumps(MyDaySchema().dump(plain), ensure_ascii=False, indent=2))
    elif not stops:
        click.echo(f"{technician} has no visits on {on}.")
    else:
        Console().print(_table(stops, zone, on))


def _table(stops: list[queries.Stop], zone: str, on: date) -> Table:
    table = Table(title=str(on), show_lines=True)
    table.add_column("time", no_wrap=True)
    table.add_column("job", no_wrap=True)
    for heading in ("what", "where", "bring"):
        table.add_column(heading, overflow="fold")
    for stop in stops:
        table.add_row(*_row(stop, zone))
    return table


def _row(stop: queries.Stop, zone: str) -> tuple[str, ...]:
    start = stop.assignment.starts_at.astimezone(ZoneInfo(zone))
    end = stop.assignment.ends_at.astimezone(ZoneInfo(zone))
    job = stop.view.job
    parts = [f"{count} {sku}" for sku, count in job.parts.items()]
    return (
        f"{start:%H:%M}-{end:%H:%M}",
        f"{job.number}\n{stop.visit.state.value}",
        f"{stop.view.title}, {stop.view.brand.name}",
        f"{stop.customer_name or ''} {stop.phone or ''}\n{stop.address or ''}",
        ", ".join([*job.tools, *parts]),
    )


@group.command("report")
@click.argument("job")
@click.argument("state", type=click.Choice([state.value for state in rules.REPORTABLE]))
@click.option(
    "--failure",
    type=click.Choice([reason.value for reason in FailureReason]),
    help="Why, when the visit failed.",
)
@click.option("--note", help="What was found and done.")
@click.option("--at", type=click.DateTime(), help="When, in UTC; now when left out.")
def report(
    job: str, state: str, failure: str | None, note: str | None, at: datetime | None
) -> None:
    """Report STATE of the visit of JOB (its number) for its lead, who telephoned.

    \b
    shifu visits report 2977-8645 arrived
    shifu visits report 2977-8645 failed --failure nobody-home
    """
    now = clock.now()
    evidence = Evidence(
        at=at.replace(tzinfo=now.tzinfo) if at else now,
        device=f"cli:{uuid4()}",
        sequence=0,
        note=note,
        failure=FailureReason(failure) if failure else None,
    )
    with unit_of_work():
        visit = queries.latest_of(jobs.by_number(job, actor=ACTOR).id)
        kept = service.report(visit.id, VisitState(state), evidence, actor=ACTOR)
    click.echo(f"{kept.verdict.value} {kept.verdict_reason or ''}".strip())
