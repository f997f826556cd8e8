"""Plans from the command line."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import sqlalchemy as sa
from rich.console import Console

from app.cli import plan_answers
from app.cli import plan_tables as tables
from app.cli.plan_search import followed
from app.core import cells, clock
from app.core.db import db, unit_of_work
from app.core.policies import system
from app.jobs import queries as jobs
from app.places.models import Territory
from app.planning import queries, service
from app.planning import tasks as planning
from app.planning.models import PlanState, PlanVersion
from app.planning.queries import plans, visits
from app.planning.schemas import DifferenceSchema
from app.technicians import queries as technicians
from app.technicians.models import Technician

ACTOR = system("cli")
DAY = click.DateTime(formats=["%Y-%m-%d"])
AS_JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")
NUMBER = click.option("--number", type=int, help="Which plan; the newest one by default.")


@click.group("plan")
def group() -> None:
    """Plan days, look at plans, compare, publish and move.

    \b
    shifu plan make GZ                       plan tomorrow and print it
    shifu plan make GZ --days 5 --seconds 60
    shifu plan publish GZ 2026-11-23
    """


@group.command("make")
@click.argument("territory")
@click.option("--from", "first", type=DAY, help="First day; tomorrow by default.")
@click.option("--days", default=1, show_default=True, help="How many days.")
@click.option("--seconds", type=int, help="How long to search; the setting by default.")
@click.option("--publish", is_flag=True, help="Announce every day of it at once.")
@AS_JSON
def make(
    territory: str,
    first: datetime | None,
    days: int,
    seconds: int | None,
    *,
    publish: bool,
    as_json: bool,
) -> None:
    """Plan TERRITORY (a code) and print what came of it.

    The search runs in a process of its own, whether a worker is running or not; Ctrl-C ends it
    and keeps the best plan so far.

    \b
    shifu plan make GZ
    shifu plan make GZ --from 2026-11-23 --days 5 --seconds 60 --publish
    """
    where = plans.territory(territory, actor=ACTOR)
    begin = first.date() if first else clock.today(where.timezone) + timedelta(days=1)
    with unit_of_work():
        asked = service.request_plan(
            where.id, begin, begin + timedelta(days=days - 1), seconds, ACTOR
        )
    plan = followed(asked, quiet=as_json)
    if plan.state is PlanState.FAILED:
        raise planning.PlanFailed(plan=plan.number, why=plan.error)
    if publish:
        for day in _days(plan):
            with unit_of_work():
                service.publish(plan.id, day, ACTOR)
    _print(where, plan, _days(plan), as_json=as_json)


@group.command("show")
@click.argument("territory")
@click.argument("day", type=DAY, required=False)
@NUMBER
@AS_JSON
def show(territory: str, day: datetime | None, number: int | None, *, as_json: bool) -> None:
    """Show a plan of TERRITORY, or one DAY as it is announced.

    \b
    shifu plan show GZ                       the newest plan
    shifu plan show GZ 2026-11-23            that day, as announced or as planned last
    shifu plan show GZ --number 3 --json
    """
    where = plans.territory(territory, actor=ACTOR)
    if day is not None and number is None:
        view = queries.day_view(where, day.date(), actor=ACTOR)
        _say([view], as_json=as_json)
        return
    plan = plans.by_number(where.id, number, actor=ACTOR)
    _print(where, plan, [day.date()] if day else _days(plan), as_json=as_json)


@group.command("list")
@click.argument("territory")
@AS_JSON
def list_plans(territory: str, *, as_json: bool) -> None:
    """List the last plans of TERRITORY, newest first.

    \b
    shifu plan list GZ
    """
    where = plans.territory(territory, actor=ACTOR)
    chosen = plans.visible(ACTOR).where(PlanVersion.territory_id == where.id)
    rows = list(db.session.scalars(chosen.order_by(PlanVersion.number.desc()).limit(30)))
    published = plans.published_days(row.id for row in rows)
    if as_json:
        _echo([tables.plan_plain(row, published.get(row.id, [])) for row in rows])
    elif not rows:
        click.echo(f"No plan yet; make one: shifu plan make {where.code}")
    else:
        Console().print(tables.plans(rows, published, where.timezone))


@group.command("publish")
@click.argument("territory")
@click.argument("day", type=DAY)
@NUMBER
@click.option("--accept-changes", is_flag=True, help="Go on without the jobs that changed.")
@AS_JSON
def publish(
    territory: str, day: datetime, number: int | None, *, accept_changes: bool, as_json: bool
) -> None:
    """Announce DAY of a plan of TERRITORY to technicians and customers.

    Where something has changed since the plan was made, nothing is announced and the changes are
    listed; --accept-changes announces the rest.

    \b
    shifu plan publish GZ 2026-11-23
    """
    where = plans.territory(territory, actor=ACTOR)
    plan = plans.by_number(where.id, number, actor=ACTOR)
    with unit_of_work():
        publication, refused = service.publish(
            plan.id, day.date(), ACTOR, accept_changes=accept_changes
        )
    if as_json:
        _echo({"plan": plan.number, "publication": publication.number, "refused": refused})
        return
    click.echo(f"{where.code} {day:%Y-%m-%d} is announced from plan {plan.number}.")
    for one in refused:
        click.echo(f"  not announced: {one['job_number']} ({', '.join(one['changes'])})")


@group.command("compare")
@click.argument("territory")
@click.argument("before", type=int)
@click.argument("after", type=int)
@AS_JSON
def compare(territory: str, before: int, after: int, *, as_json: bool) -> None:
    """Say what plan AFTER does otherwise than plan BEFORE (numbers).

    \b
    shifu plan compare GZ 3 4
    """
    where = plans.territory(territory, actor=ACTOR)
    one, other = (plans.by_number(where.id, number, actor=ACTOR) for number in (before, after))
    differences = plans.compare(one.id, other.id)
    if as_json:
        _echo([DifferenceSchema().dump(tables.difference_plain(d)) for d in differences])
    elif not differences:
        click.echo("They are the same.")
    else:
        Console().print(tables.differences(differences, _names(differences), where.timezone))


@group.command("problem")
@click.argument("territory")
@NUMBER
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it there.")
def problem(territory: str, number: int | None, output: Path | None) -> None:
    """Write the planning problem behind a plan, in the public planning format.

    \b
    shifu plan problem GZ --output problem.json
    python -m solver solve problem.json --seconds 10 --output plan.json
    """
    where = plans.territory(territory, actor=ACTOR)
    text = json.dumps(plans.problem_of(plans.by_number(where.id, number, actor=ACTOR)))
    if output is None:
        click.echo(text)
    else:
        output.write_text(text)


@group.command("move")
@click.argument("job")
@click.argument("technician")
@click.option("--at", "wall", help="Local start, such as '2026-11-23 09:30'.")
@click.option("--seat", default=0, show_default=True, help="Which seat of the crew.")
@click.option("--reason", required=True, help="Why; it is kept.")
def move(job: str, technician: str, wall: str | None, seat: int, reason: str) -> None:
    """Keep JOB (its number) with TECHNICIAN (a code), whatever the next plan would do.

    What was announced moves at once. Refused, with every reason, when the technician is not
    qualified, not on shift or busy then.

    \b
    shifu plan move 1234-5678 T001 --at "2026-11-23 09:30" --reason "asked for her"
    """
    found = jobs.by_number(job, actor=ACTOR)
    who = technicians.by_code(technician, actor=ACTOR)
    zone = technicians.zone_of(who)
    with unit_of_work():
        pin = service.move(found.id, seat, who.id, _instant(wall, zone), reason, ACTOR)
    when = f" at {tables.local(pin.starts_at, zone)}" if pin.starts_at else ""
    click.echo(f"{found.number} stays with {who.code}{when}.")


def _instant(wall: str | None, zone: str) -> datetime | None:
    if wall is None:
        return None
    try:
        at = cells.local_moment(wall)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--at") from error
    return clock.at_local(at.date(), at.time(), zone)


@group.command("unpin")
@click.argument("job")
@click.option("--seat", default=0, show_default=True, help="Which seat of the crew.")
def unpin(job: str, seat: int) -> None:
    """Leave JOB (its number) to the plan again.

    \b
    shifu plan unpin 1234-5678
    """
    found = jobs.by_number(job, actor=ACTOR)
    with unit_of_work():
        service.unpin(found.id, seat, ACTOR)
    click.echo(f"{found.number} is free to be planned.")


def _names(found: list[plans.Difference]) -> dict[UUID, str]:
    """Return the numbers of the jobs and the codes of the technicians that are named."""
    named = {one.job_id: "" for one in found}
    people = {
        seat.technician_id
        for one in found
        for of in (one.before, one.after)
        for seat in of.values()
    }
    chosen = sa.select(Technician.id, Technician.code).where(Technician.id.in_(people))
    names = {row.id: row.code for row in db.session.execute(chosen)}
    return names | {job.id: job.number for job in visits.jobs_by_id(named)}


def _days(plan: PlanVersion) -> list[date]:
    count = (plan.last_day - plan.first_day).days + 1
    return [plan.first_day + timedelta(days=day) for day in range(count)]


def _print(where: Territory, plan: PlanVersion, days: list[date], *, as_json: bool) -> None:
    if not as_json:
        Console().print(tables.summary(plan, where))
    views = [queries.day_view(where, day, plan, actor=ACTOR) for day in days]
    _say(views, as_json=as_json)


def _say(views: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        _echo(views if len(views) > 1 else views[0])
        return
    for view in views:
        Console().print(*tables.day(view), sep="\n")


def _echo(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


for answer in (plan_answers.offer, plan_answers.explain, plan_answers.repair):
    group.add_command(answer)
