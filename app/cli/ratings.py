"""Ratings from the command line."""

import json
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from app.core.db import unit_of_work
from app.core.policies import system
from app.ratings import queries, service
from app.ratings.rules import Shrunk
from app.technicians import queries as technicians

ACTOR = system("cli")


@click.group("ratings")
def group() -> None:
    """What consumers say."""


@group.command("show")
@click.argument("technician")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def show(technician: str, *, as_json: bool) -> None:
    """Show where TECHNICIAN (a code) stands on both axes, overall and by category.

    Numbers are shrunk: few ratings lean on what is usual. The range holds the true value with a
    chance of 95 %.

    \b
    shifu ratings show T001
    """
    found = technicians.by_code(technician, actor=ACTOR)
    rows = [_plain(one) for one in queries.standings(found.id)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif not rows:
        click.echo(f"{technician} has no ratings yet.")
    else:
        Console().print(_table(rows))


@group.command("recompute")
def recompute() -> None:
    """Score every technician afresh; the worker does this by itself.

    \b
    shifu ratings recompute
    """
    with unit_of_work():
        scored = service.recompute(actor=ACTOR)
    click.echo(f"{scored} scores recorded.")


def _plain(one: queries.CategoryStanding) -> dict[str, Any]:
    return {
        "category": one.category.code if one.category else None,
        "count": one.standing.count,
        "professional": _axis(one.standing.professional),
        "attitude": _axis(one.standing.attitude),
    }


def _axis(shrunk: Shrunk) -> dict[str, float]:
    return {
        "mean": round(shrunk.mean, 2),
        "low": round(shrunk.low, 2),
        "high": round(shrunk.high, 2),
    }


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table("category", "ratings", "professional level", "service attitude")
    for row in rows:
        axes = [
            f"{row[axis]['mean']:.2f}  ({row[axis]['low']:.2f} to {row[axis]['high']:.2f})"
            for axis in ("professional", "attitude")
        ]
        table.add_row(row["category"] or "overall", str(row["count"]), *axes)
    return table
