"""Orders and jobs from the command line."""

import json
import sys
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from app.core import clock, settings
from app.core.db import db, unit_of_work
from app.core.policies import system
from app.jobs import queries, service
from app.jobs.models import Job, JobState
from app.jobs.queries import JobFilters, JobView
from app.jobs.rules.messages import Guess, parse_message
from app.jobs.rules.release import BlockerCode
from app.jobs.schemas.showing import DraftSchema, JobSchema, WaitingSchema

ACTOR = system("cli")
MOMENTS = ["%Y-%m-%d %H:%M"]
as_json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.group("jobs")
def group() -> None:
    """What has been asked for, and what waits."""


@group.command("list")
@click.option("--state", multiple=True, type=click.Choice([state.value for state in JobState]))
@click.option("--territory", help="Its code.")
@click.option("--brand", help="Its code.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="On which the window starts.")
@click.option("--blocked", type=click.Choice([code.value for code in BlockerCode]))
@click.option("-q", help="A job's number, an exact phone number or an order's reference.")
@click.option("--limit", type=click.IntRange(1, 5000), default=50, show_default=True)
@as_json_option
def show_list(  # noqa: PLR0913  one argument for each option
    *,
    state: tuple[str, ...],
    territory: str | None,
    brand: str | None,
    day: datetime | None,
    blocked: str | None,
    q: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List jobs by window; names are masked.

    \b
    shifu jobs list --territory GZ --day 2026-11-03
    shifu jobs list --state waiting --blocked parcels-missing
    shifu jobs list -q 13800138000
    """
    filters = JobFilters(state=[JobState(one) for one in state])
    for name, value in (("territory", territory), ("brand", brand), ("q", q)):
        if value:
            filters[name] = value  # type: ignore[literal-required]
    if day:
        filters["day"] = day.date()
    if blocked:
        filters["blocked"] = BlockerCode(blocked)
    chosen = queries.search(ACTOR, filters).order_by(Job.window_or_never, Job.id).limit(limit)
    _print(queries.views(list(db.session.scalars(chosen))), as_json=as_json)


def _print(views: list[JobView], *, as_json: bool) -> None:
    if as_json:
        _json(JobSchema(many=True).dump(views))
        return
    grid = Table("number", "what", "brand", "where", "window", "state", "why it waits")
    for view in views:
        why = ", ".join(blocker["code"] for blocker in view.job.blockers)
        where = f"{view.territory.code} {view.place.district or ''}"
        state = view.job.state.value
        grid.add_row(
            view.job.number, view.title, view.brand.code, where, _window(view), state, why
        )
    Console().print(grid)


def _window(view: JobView) -> str:
    job = view.job
    if job.window_start is None or job.window_end is None:
        return "none yet"
    start, end = (_local(one, view) for one in (job.window_start, job.window_end))
    promised = "promised" if job.window_confirmed_at else "proposed"
    return f"{start:%m-%d %H:%M}-{end:%H:%M} {promised}"


def _local(moment: datetime, view: JobView) -> datetime:
    return moment.astimezone(ZoneInfo(view.territory.timezone))


@group.command("show")
@click.argument("number")
@as_json_option
def show_one(number: str, *, as_json: bool) -> None:
    """Show the job with this NUMBER; names are masked.

    \b
    shifu jobs show 4837-2915
    """
    view = queries.view(queries.by_number(number, actor=ACTOR))
    plain = JobSchema().dump(view)
    if as_json:
        _json(plain)
        return
    grid = Table(show_header=False)
    for name, value in (plain | {"window": _window(view)}).items():
        if value not in (None, [], {}):
            text = (
                json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
            )
            grid.add_row(name, str(text))
    Console().print(grid)


@group.command("waiting")
@click.option("--code", help="Only what waits for this reason.")
@as_json_option
def waiting(code: str | None, *, as_json: bool) -> None:
    """Count what waits by reason, with the fix; with --code list the jobs.

    \b
    shifu jobs waiting
    shifu jobs waiting --code parcels-missing
    """
    groups = queries.waiting(ACTOR, code)
    if as_json:
        _json(WaitingSchema().dump({"groups": groups}))
        return
    grid = Table("reason", "jobs", "fix")
    for one in groups:
        grid.add_row(one.code, str(one.count), one.fix)
    Console().print(grid)
    for one in groups if code else []:
        _print(one.jobs, as_json=False)


@group.command("cancel")
@click.argument("number")
@click.option("--reason", required=True, help="What the customer is told.")
def cancel(number: str, reason: str) -> None:
    """Cancel a job that nobody has started, with the later parts of the same work.

    \b
    shifu jobs cancel 4837-2915 --reason "moved house"
    """
    with unit_of_work():
        job = service.cancel(queries.by_number(number, actor=ACTOR).id, reason=reason, actor=ACTOR)
    click.echo(f"{job.number} is cancelled.")


@group.command("confirm")
@click.argument("number")
@click.option("--start", type=click.DateTime(MOMENTS), help="Another window: its start, local.")
@click.option("--end", type=click.DateTime(MOMENTS), help="Its end.")
def confirm(number: str, start: datetime | None, end: datetime | None) -> None:
    """Make a window a promise, because the consumer agreed to it.

    \b
    shifu jobs confirm 4837-2915                                            the proposed window
    shifu jobs confirm 4837-2915 --start "2026-11-03 14:00" --end "2026-11-03 17:00"
    """
    if (start is None) != (end is None):
        raise click.UsageError("A window has a start and an end.")
    view = queries.view(queries.by_number(number, actor=ACTOR))
    zone = view.territory.timezone
    window = None
    if start is not None and end is not None:
        window = (
            clock.at_local(start.date(), start.time(), zone),
            clock.at_local(end.date(), end.time(), zone),
        )
    with unit_of_work():
        service.confirm_window(view.job.id, actor=ACTOR, window=window)
    click.echo(f"{number} is promised.")


@group.command("arrive")
@click.argument("tracking", nargs=-1, required=True)
@click.option("--brand", help="Its code, where a number occurs twice.")
@click.option("--order", "reference", help="The order's reference, likewise.")
def arrive(tracking: tuple[str, ...], brand: str | None, reference: str | None) -> None:
    """Record that parcels are where the work will be; what waited for them is released.

    \b
    shifu jobs arrive SF1001 SF1002
    shifu import arrivals arrivals.csv            for many
    """
    for one in tracking:
        with unit_of_work():
            is_news = service.arrive(one, actor=ACTOR, brand=brand, reference=reference)
        click.echo(f"{one} {'has arrived' if is_news else 'was here already'}.")


@click.command("paste")
@click.argument("text", required=False)
@click.option("--timezone", help="Where 'tomorrow' is; the installation's by default.")
@as_json_option
def paste(text: str | None, timezone: str | None, *, as_json: bool) -> None:
    """Read a chat or shop message into a draft; nothing is created.

    Without TEXT the message is read from standard input.

    \b
    shifu paste "王小明 13800138000 天河区体育西路1号501 明天下午装空调"
    pbpaste | shifu paste
    """
    message = text if text is not None else sys.stdin.read()
    today = clock.today(timezone or settings.current().timezone)
    draft = parse_message(message, queries.vocabulary(ACTOR), today=today)
    if as_json:
        _json(DraftSchema().dump(draft))
        return
    grid = Table("field", "value", "sure", "from")
    for name, guess in draft.fields.items():
        grid.add_row(name, _shown(guess), f"{guess.confidence:.0%}", guess.source)
    Console().print(grid)
    if draft.missing:
        click.echo(f"Missing: {', '.join(draft.missing)}")
    if draft.rest:
        click.echo(f"Notes: {draft.rest}")


def _shown(guess: Guess) -> str:
    if isinstance(guess.value, date):
        return f"{guess.value:%a %Y-%m-%d}"
    return str(guess.value)


def _json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
