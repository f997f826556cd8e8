"""Technicians from the command line."""

import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
from marshmallow import Schema
from rich.console import Console
from rich.table import Table

from app.catalogue import queries as catalogue
from app.catalogue.models import JobType
from app.core import clock
from app.core.policies import system
from app.places import queries as places
from app.technicians import queries, schemas
from app.technicians.models import Technician

ACTOR = system("cli")
DAY = click.DateTime(formats=["%Y-%m-%d"])
AS_JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.group("technicians")
def group() -> None:
    """Who works, when, and certified for what.

    \b
    shifu technicians list GZ
    shifu technicians show T01
    shifu technicians qualified GZ --job-type install --brand NORDHEM --category split-ac
    """


@group.command("list")
@click.argument("territory")
@click.option("--on", "day", type=DAY, help="Whose shifts to show; today by default.")
@AS_JSON
def list_technicians(territory: str, day: datetime | None, *, as_json: bool) -> None:
    """List the technicians of TERRITORY (a code) and when they work on a day.

    \b
    shifu technicians list GZ --on 2026-11-23
    """
    where = places.territory_by_code(territory)
    on = day.date() if day else clock.today(where.timezone)
    found = queries.working(where.id, on, on)
    rows = queries.described([one.technician for one in found], actor=ACTOR)
    if as_json:
        _dump(schemas.TechnicianSchema(many=True), rows)
        return
    table = Table(
        "technician", "name", "employer", "team", f"works on {on}", "certificates",
        title=where.name,
    )  # fmt: skip
    for one, row in zip(found, rows, strict=True):
        works = ", ".join(_span(piece, where.timezone) for piece in one.shifts)
        table.add_row(
            row["code"],
            row["name"],
            row["partner"] or "own staff",
            str(row["team_size"]),
            works or "[red]no shift[/red]",
            str(len(one.standing.certificates)),
        )
    Console().print(table)


def _span(piece: queries.WorkTime, zone: str) -> str:
    start, end = (at.astimezone(ZoneInfo(zone)) for at in (piece.starts_at, piece.ends_at))
    return f"{start:%H:%M}–{end:%H:%M}"


@group.command("show")
@click.argument("technician")
@AS_JSON
def show(technician: str, *, as_json: bool) -> None:
    """Show TECHNICIAN (a code): standing, certificates, licences and the next two weeks."""
    found = queries.by_code(technician, actor=ACTOR)
    row = queries.profile(found, actor=ACTOR)
    if as_json:
        _dump(schemas.TechnicianProfileSchema(), row)
        return
    console = Console()
    console.print(f"[bold]{row['code']} {row['name']}[/bold]  {row['phone']}")
    employer = row["partner"] or "own staff"
    console.print(f"{row['territory']}, {employer}, {row['vehicle']}, team of {row['team_size']}")
    for name in ("identity_until", "insured_until"):
        console.print(f"{name.replace('_', ' ')} {row[name] or '—'}")
    for table in (_standing(row), _certificates(found), _licences(found), _time(found)):
        console.print(table)


def _standing(row: dict[str, Any]) -> Table:
    table = Table("ratings", "professional", "attitude", "count")
    for score in row["scores"]:
        values = (f"{score['professional']:.2f}", f"{score['attitude']:.2f}", str(score["count"]))
        table.add_row(score["category"] or "overall", *values)
    if not table.rows:
        table.add_row("none yet")
    return table


def _certificates(technician: Technician) -> Table:
    today = clock.today(queries.zone_of(technician))
    table = Table("brand", "category", "may", "level", "from", "until", "state", "evidence")
    for row in queries.certificates_described(queries.certificates_of(technician.id)):
        until = str(row["valid_until"] or "")
        ends = row["valid_until"] is not None and row["valid_until"] < today
        table.add_row(
            row["brand"],
            row["category"],
            row["job_type"].value,
            str(row["level"]),
            str(row["valid_from"]),
            f"[red]{until}[/red]" if ends else until,
            row["state"].value,
            row["evidence"],
        )
    return table


def _licences(technician: Technician) -> Table:
    table = Table("licence", "number", "from", "until")
    for row in queries.licences_of(technician.id):
        table.add_row(row.kind, row.number, str(row.valid_from), str(row.valid_until or ""))
    return table


def _time(technician: Technician) -> Table:
    zone = ZoneInfo(queries.zone_of(technician))
    first = clock.today(zone.key)
    last = first + timedelta(days=13)
    table = Table("", "from", "to", title=f"{first} to {last}")
    shifts = queries.shifts_of(technician, first, last)
    absences = queries.absences_of(technician, first, last)
    times = [("shift", row.starts_at, row.ends_at) for row in shifts]
    times += [(row.kind.value, row.starts_at, row.ends_at) for row in absences]
    for what, *span in sorted(times, key=lambda entry: entry[1]):
        table.add_row(what, *(f"{at.astimezone(zone):%a %d %b %H:%M}" for at in span))
    if not table.rows:
        table.add_row("[red]no shift[/red]", "", "")
    return table


@group.command("qualified")
@click.argument("territory")
@click.option("--job-type", type=click.Choice([kind.value for kind in JobType]), required=True)
@click.option("--brand", required=True, help="Code of the brand.")
@click.option("--category", required=True, help="Code of the category.")
@click.option("--level", type=click.IntRange(1, 5), help="Instead of the catalogue's.")
@click.option("--on", "day", type=DAY, help="Local day; today by default.")
@AS_JSON
def qualified(  # noqa: PLR0913  one argument for each part of the question
    territory: str,
    job_type: str,
    brand: str,
    category: str,
    level: int | None,
    day: datetime | None,
    *,
    as_json: bool,
) -> None:
    """Tell who of TERRITORY may do a job on a day, and why the others may not.

    \b
    shifu technicians qualified GZ --job-type install --brand NORDHEM --category split-ac
    shifu technicians qualified GZ --job-type repair --brand NORDHEM --category doors --level 2
    """
    where = places.territory_by_code(territory)
    on = day.date() if day else clock.today(where.timezone)
    needs = queries.needs_of(
        JobType(job_type),
        brand=catalogue.brand_by_code(brand),
        category=catalogue.category_by_code(category),
        level=level,
    )
    found = queries.qualified_in(where.id, needs, on, actor=ACTOR)
    if as_json:
        rows = [queries.answer(one, on, lacks) for one, lacks in found]
        _dump(schemas.QualificationSchema(many=True), rows)
        return
    Console().print(_answers(found, on))


def _answers(found: list[tuple[Technician, list[queries.Shortfall]]], on: date) -> Table:
    able = sum(not lacks for _, lacks in found)
    table = Table("technician", "name", "may", "why not", title=f"{on}: {able} of {len(found)}")
    for one, lacks in found:
        may = "[red]no[/red]" if lacks else "[green]yes[/green]"
        table.add_row(one.code, one.name, may, "; ".join(str(lack) for lack in lacks))
    return table


@group.command("expiring")
@click.option("--days", default=30, show_default=True, help="How far ahead to look.")
@AS_JSON
def expiring(days: int, *, as_json: bool) -> None:
    """List approved certificates that end within some days, soonest first."""
    found = queries.expiring(ACTOR, within_days=days)
    rows = queries.certificates_described([certificate for certificate, _ in found])
    whose = [{"technician": technician.code} for _, technician in found]
    rows = [row | who for row, who in zip(rows, whose, strict=True)]
    if as_json:
        _dump(schemas.ExpiringSchema(many=True), rows)
        return
    table = Table("ends", "technician", "brand", "category", "may", "level")
    for row in rows:
        may, level = row["job_type"].value, str(row["level"])
        ends = str(row["valid_until"])
        table.add_row(ends, row["technician"], row["brand"], row["category"], may, level)
    Console().print(table)


@group.command("idle")
@click.argument("territory")
@click.option("--from", "first", type=DAY, help="First day; tomorrow by default.")
@click.option("--days", default=7, show_default=True, help="How many days.")
def idle(territory: str, first: datetime | None, days: int) -> None:
    """List who is employed in TERRITORY but has no working time on any of some days."""
    where = places.territory_by_code(territory)
    begin = first.date() if first else clock.today(where.timezone) + timedelta(days=1)
    for one in queries.without_shifts(where.id, begin, begin + timedelta(days=days - 1)):
        click.echo(f"{one.code}  {one.name}  no shift from {begin} for {days} days")


def _dump(schema: Schema, rows: Any) -> None:
    click.echo(json.dumps(schema.dump(rows), ensure_ascii=False, indent=2))
