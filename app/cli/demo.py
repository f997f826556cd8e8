"""The Guangzhou demo: an invented company's files, read by the product's own importers.

The files stand in ``demo_data``. Their days are relative, ``D+1`` is tomorrow, so that the demo is
always about the coming days; ``shifu demo refresh`` moves it when it has gone stale.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from importlib.resources import files

import click
import sqlalchemy as sa
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

from app.catalogue.models import Brand
from app.cli import db as database
from app.cli import plans
from app.cli import serve as serving
from app.core import audit, clock, imports, tabular
from app.core.db import db, unit_of_work
from app.core.errors import Conflict, Invalid
from app.core.imports import Context, Report
from app.core.policies import system
from app.core.tabular import Line, Table
from app.jobs.models import Order
from app.places import service as places
from app.places.models import GeocodeState, Place, Territory
from app.ratings import service as ratings
from app.technicians.models import Technician

ACTOR = system("cli")
ZONE = "Asia/Shanghai"
TERRITORY = "GZ"
DEMO = ("demo", "guangzhou")
FOLDER = files("app.cli") / "demo_data"
FILES = (
    "brands.csv",
    "categories.csv",
    "models.csv",
    "work_specs.csv",
    "prices.xlsx",
    "pay_rates.csv",
    "territories.csv",
    "landmarks.csv",
    "partners.csv",
    "users.csv",
    "technicians.csv",
    "shifts.csv",
    "absences.csv",
    "certificates.csv",
    "licences.csv",
    "history.csv",
    "orders.csv",
    "orders-beijifeng.csv",
)
DATED_FROM_TODAY = frozenset(
    {"technicians", "shifts", "absences", "certificates", "licences", "orders"}
)
RELATIVE_DAY = re.compile(r"D([+-]\d+)(?=$| \d\d:\d\d$)")


class InstallationInUse(Conflict):
    """This installation holds data of its own; the demo belongs in an empty one."""

    code = "installation-in-use"


class DemoNotLoaded(Conflict):
    """The demo is not in this installation."""

    code = "demo-not-loaded"


class DemoFileRefused(Invalid):
    """A file of the demo was not taken as a whole; nothing of it was kept."""

    code = "demo-file-refused"


@click.group("demo")
def group() -> None:
    """The Guangzhou demo: 40 technicians, 1,200 jobs, a month of rated history."""


@group.command("load")
def load() -> None:
    """Load the demo into an empty installation, dated from today.

    A second call finds it there and changes nothing.

    \b
    shifu demo load && shifu plan make GZ
    """
    if "load-demo" in _marks():
        click.echo("The demo is loaded already; `shifu demo refresh` dates it from today.")
        return
    _require_free()
    _mark("begin-demo")
    with _told() as progress:
        for name in FILES:
            _take(name, progress, update=False)
    _catch_up()
    _mark("load-demo")
    show_sign_ins(everybody=False)


@group.command("run")
@click.pass_context
def run(ctx: click.Context) -> None:
    """Make the database, load the demo, plan tomorrow and serve; later only serve.

    What you entered meanwhile is kept. `make run` is this.
    """
    ctx.invoke(database.upgrade)
    if "load-demo" in _marks():
        show_sign_ins(everybody=False)
    else:
        ctx.invoke(load)
        ctx.invoke(plans.make, territory=TERRITORY)
    ctx.invoke(serving.serve)


@group.command("refresh")
def refresh() -> None:
    """Date the demo from today again: shifts, certificates and open jobs move.

    What has been done stays where it happened, and so does what you entered yourself.
    """
    if not _marks():
        raise DemoNotLoaded(remedy="shifu demo load")
    with _told() as progress:
        reports = [_take(f, progress, update=True) for f in FILES if _kind(f) in DATED_FROM_TODAY]
    _mark("refresh-demo")
    grid = Grid("File", "Added", "Moved", "As it was", "Kept as it is")
    for report in reports:
        counts = report.counts
        stayed = counts["conflict"] + counts["refused"]
        grid.add_row(
            report.kind,
            *(str(counts[outcome]) for outcome in ("created", "updated", "unchanged")),
            str(stayed),
        )
    Console().print(grid)


@group.command("show")
@click.option("--all", "everybody", is_flag=True, help="Every user, not one of each role.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def show(*, everybody: bool, as_json: bool) -> None:
    """Show who may sign in to the demo, with their passwords."""
    if not _marks():
        raise DemoNotLoaded(remedy="shifu demo load")
    if as_json:
        click.echo(json.dumps(list(_sign_ins(everybody=everybody)), ensure_ascii=False))
        return
    show_sign_ins(everybody=everybody)


def show_sign_ins(*, everybody: bool) -> None:
    grid = Grid("Sign-in", "Password", "Role", "Who", title="The demo's sign-ins")
    for user in _sign_ins(everybody=everybody):
        grid.add_row(user["login"], user["password"], user["roles"], user["name"])
    Console().print(grid)


def _sign_ins(*, everybody: bool) -> Iterator[dict[str, str]]:
    """Yield the users of the demo's file; of each role only the first unless all are wanted."""
    seen: set[str] = set()
    table = read("users.csv", clock.today(ZONE))
    for line in table.lines:
        user = dict(zip(table.headers, line.cells, strict=True))
        if everybody or user["roles"] not in seen:
            yield user
        seen.add(user["roles"])


def read(name: str, today: date) -> Table:
    """Read one of the demo's files with its relative days made real.

    ``D+2`` is the day after tomorrow, ``D-1 09:30`` yesterday morning; ``today`` is ``D+0``.
    """
    table = tabular.read((FOLDER / name).read_bytes())
    lines = [Line(line.number, [_dated(c, today) for c in line.cells]) for line in table.lines]
    return Table(table.headers, lines)


def _dated(cell: str, today: date) -> str:
    found = RELATIVE_DAY.match(cell)
    if found is None:
        return cell
    return f"{today + timedelta(days=int(found[1]))}{cell[found.end() :]}"


def _take(name: str, progress: Progress, *, update: bool) -> Report:
    """Import one file whole; a refusal is a fault of the demo unless dates are being moved."""
    table = read(name, clock.today(ZONE))
    step = progress.add_task(name, total=len(table.lines))
    with unit_of_work():
        report = imports.run(
            _kind(name),
            table,
            Context(actor=ACTOR, update=update, source="demo"),
            progress=lambda done, _: progress.update(step, completed=done),
        )
        if report.has_faults and not update:
            raise DemoFileRefused(file=name, errors=_faults(report))
    return report


def _catch_up() -> None:
    """Do what a worker would do soon: find places without a position, score technicians."""
    pending = sa.select(Place.id).where(Place.state == GeocodeState.PENDING)
    with unit_of_work():
        for place_id in db.session.scalars(pending).all():
            places.settle(place_id)
        ratings.recompute(actor=ACTOR)


def _faults(report: Report) -> list[dict[str, object]]:
    return [
        error | {"field": f"line {row.line}, {error['field']}"}
        for row in report.rows
        for error in row.errors
    ][:20]


def _kind(name: str) -> str:
    return re.split(r"[-.]", name)[0]


def _marks() -> set[str]:
    """Return what has been done with the demo here, from the audit."""
    return {entry.action for entry in audit.history(*DEMO)}


def _mark(action: str) -> None:
    with unit_of_work():
        audit.note(action, *DEMO, actor=ACTOR, day=clock.today(ZONE))


def _require_free() -> None:
    """Refuse an installation that somebody works in; one whose loading broke off may go on."""
    if _marks():
        return
    for table in (Brand, Territory, Technician, Order):
        if db.session.scalar(sa.select(sa.func.count()).select_from(table)):
            raise InstallationInUse(
                holds=table.__tablename__, remedy="choose another SHIFU_INSTANCE_DIR"
            )


@contextmanager
def _told() -> Iterator[Progress]:
    columns = (
        TextColumn("{task.description:<24}"),
        BarColumn(),
        TextColumn("{task.completed:>5.0f} of {task.total:.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns) as progress:
        yield progress
