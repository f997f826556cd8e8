"""Places from the command line."""

import json
from typing import Any
from uuid import UUID

import click
import sqlalchemy as sa
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from app.core import cells, tabular
from app.core.columns import Column, match_headers, read_line
from app.core.db import db, unit_of_work
from app.core.personal import masked
from app.core.policies import system
from app.places import queries, service
from app.places.models import Datum, Landmark, Place, Territory
from app.places.rules import guess_datum

ACTOR = system("cli")
KNOWN_COLUMNS = [
    Column("name", "Name", "名称", required=True, aliases=("name_zh", "name_en", "站名")),
    Column("lat", "Latitude", "纬度", required=True, parse=cells.latitude),
    Column("lon", "Longitude", "经度", required=True, parse=cells.longitude, aliases=("lng",)),
]
as_json_option = click.option("--json", "as_json", is_flag=True, help="For programs.")
datum_option = click.option(
    "--datum",
    type=click.Choice([datum.value for datum in Datum]),
    default=Datum.WGS84.value,
    show_default=True,
    help="What the coordinates are in: wgs84 (GPS), gcj02 (AMap), bd09 (Baidu).",
)


@click.group("geo")
def group() -> None:
    """Territories, places that wait for a pin, and the geocoder."""


@group.command("territories")
@as_json_option
def territories(*, as_json: bool) -> None:
    """List the territories.

    \b
    shifu geo territories
    shifu import territories territories.csv     opens them from a file
    """
    rows = [_territory(t) for t in db.session.scalars(sa.select(Territory).order_by("code"))]
    _show(rows, as_json=as_json, nothing="There are no territories yet.")


@group.command("test")
@click.argument("address")
@click.option("--territory", required=True, help="Code of the territory it lies in.")
@as_json_option
def test(address: str, territory: str, *, as_json: bool) -> None:
    """Ask the configured geocoder for ADDRESS: does the key work, and is the answer right?

    Nothing is stored. The geocoder is chosen by SHIFU_GEOCODER, SHIFU_GEOCODER_KEY and, for your
    own Nominatim or Photon, SHIFU_GEOCODER_URL.

    \b
    shifu geo test 天河区体育西路123号 --territory GZ
    """
    where = queries.territory_by_code(territory)
    answer = service.try_geocoder(address, where, actor=ACTOR)
    found = answer.found
    row = {
        "provider": answer.provider,
        "seconds": round(answer.seconds, 2),
        "found": found is not None,
        "lat": round(found.point[0], 6) if found else None,
        "lon": round(found.point[1], 6) if found else None,
        "precision": found.precision.value if found else None,
        "radius_m": found.radius_m if found else None,
        "source_datum": found.datum.value if found else None,
        "km_from_centre": answer.from_centre_km,
    }
    _show([row], as_json=as_json, nothing="")


@group.command("waiting")
@click.option("--territory", help="Only this territory's.")
@as_json_option
def waiting(territory: str | None, *, as_json: bool) -> None:
    """List the places that nothing finds; each needs a pin.

    \b
    shifu geo waiting --territory GZ
    shifu geo pin 4f0c… 23.1353 113.3268
    """
    where = queries.territory_by_code(territory).id if territory else None
    rows = [_place(place) for place in queries.waiting(ACTOR, where)]
    _show(rows, as_json=as_json, nothing="No place waits for a pin.")


@group.command("pin", context_settings={"ignore_unknown_options": True})
@click.argument("place", type=click.UUID)
@click.argument("lat", type=float)
@click.argument("lon", type=float)
@datum_option
@click.option("--reason", help="Keeps a pin that lies in another district than the address.")
def pin(place: UUID, lat: float, lon: float, datum: str, reason: str | None) -> None:
    """Say where PLACE (its id) is; all places of the same address learn it.

    \b
    shifu geo pin 4f0c2a44-8d1f-4c55-9d0a-2f6f1f0f7a10 23.1353 113.3268
    shifu geo pin 4f0c2a44-8d1f-4c55-9d0a-2f6f1f0f7a10 23.1330 113.3320 --datum gcj02
    """
    with unit_of_work():
        row = service.drop_pin(
            place, lat=lat, lon=lon, datum=Datum(datum), actor=ACTOR, reason=reason
        )
    click.echo(f"{masked(row, 'address')} is at {row.lat:.5f}, {row.lon:.5f} (WGS-84).")


@group.command("datum")
@click.argument("file", type=click.File("rb"))
@click.option("--territory", required=True, help="Whose landmarks are the known places.")
def datum(file: Any, territory: str) -> None:
    """Say which coordinate system a FILE of known places (name, lat, lon) is in.

    Its names are looked up among the territory's landmarks.

    \b
    shifu geo datum stations.csv --territory GZ
    """
    where = queries.territory_by_code(territory)
    known = {
        name: (mark.lat, mark.lon)
        for mark in queries.landmarks_of(where.id)
        for name in _names_of(mark)
    }
    table = tabular.read(file.read())
    fields = match_headers(KNOWN_COLUMNS, table.headers, {})
    lines = [read_line(KNOWN_COLUMNS, fields, line) for line in table.lines]
    shared = [row for row, errors in lines if not errors and row["name"] in known]
    given = [(row["lat"], row["lon"]) for row in shared]
    guess = guess_datum(given, [known[row["name"]] for row in shared])
    click.echo(f"{len(shared)} of {len(lines)} places are known: {guess}.")


def _names_of(mark: Landmark) -> list[str]:
    return [name for name in (mark.name, mark.name_zh) if name]


def _territory(territory: Territory) -> dict[str, Any]:
    names = ("code", "name", "name_zh", "timezone", "country", "lat", "lon", "radius_km")
    return {name: getattr(territory, name) for name in names}


def _place(place: Place) -> dict[str, Any]:
    return {
        "id": str(place.id),
        "address": masked(place, "address"),
        "district": place.district,
        "known_to_m": place.radius_m,
        "source": place.source,
        "since": f"{place.state_since:%Y-%m-%dT%H:%MZ}",
    }


def _show(rows: list[dict[str, Any]], *, as_json: bool, nothing: str) -> None:
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif not rows:
        click.echo(nothing)
    else:
        table = Table(box=SIMPLE, pad_edge=False)
        for name in rows[0]:
            table.add_column(name, overflow="fold", no_wrap=name == "id")
        for row in rows:
            table.add_row(*("" if value is None else str(value) for value in row.values()))
        Console().print(table)
