"""Importing territories and landmarks."""

from typing import Any

from app.core import cells, imports
from app.core.columns import Column, Row
from app.core.imports import Context, Importer, Outcome
from app.core.policies import Role
from app.core.saving import given, merge
from app.places import queries
from app.places.models import Datum, Landmark, LandmarkKind, Territory
from app.places.rules import distance_m, to_wgs84
from app.places.service.keeping import change_territory, create_territory, save_landmark

DATUMS = {
    "wgs-84": Datum.WGS84,
    "gps": Datum.WGS84,
    "gcj-02": Datum.GCJ02,
    "高德": Datum.GCJ02,
    "腾讯": Datum.GCJ02,
    "bd-09": Datum.BD09,
    "百度": Datum.BD09,
}
KINDS = {
    "小区": LandmarkKind.COMPOUND,
    "地铁站": LandmarkKind.STATION,
    "车站": LandmarkKind.STATION,
    "街道": LandmarkKind.STREET,
    "道路": LandmarkKind.STREET,
    "区县": LandmarkKind.DISTRICT,
    "区": LandmarkKind.DISTRICT,
}
SAME_SPOT_M = 1.0
"""Converting back and forth must not make the same file look changed."""


def apply_territory(row: Row, context: Context) -> Outcome:
    """Open a territory, or bring the one with this code up to the line."""
    try:
        territory = queries.territory_by_code(row["code"])
    except queries.TerritoryNotFound:
        facts = {name: value for name, value in row.items() if value is not None}
        create_territory(facts, actor=context.actor)
        return Outcome.CREATED

    def change(values: Row) -> Territory:
        return change_territory(territory, values, actor=context.actor)

    rest = {name: value for name, value in row.items() if name != "code"}
    return merge(territory, rest, context, change)


def apply_landmark(row: Row, context: Context) -> Outcome:
    """Enter a landmark, or bring the one of this kind and name up to the line."""
    code = row["territory"]
    territory = context.once(("territory", code), lambda: queries.territory_by_code(code))
    datum = row["datum"] or Datum.WGS84
    names = ("kind", "name", "name_zh", "district", "lat", "lon", "radius_m", "permitted_hours")
    facts = given(row, *names)
    known = queries.landmark_named(territory.id, row["kind"], row["name"])
    if known is None:
        facts = {"radius_m": DEFAULT_RADII[row["kind"]]} | facts
        save_landmark(territory, facts, datum=datum, actor=context.actor)
        return Outcome.CREATED

    def change(values: Row) -> Landmark:
        named: dict[str, Any] = {"kind": known.kind, "name": known.name}
        return save_landmark(territory, named | values, datum=Datum.WGS84, actor=context.actor)

    return merge(known, _in_wgs84(facts, known, datum), context, change)


def _in_wgs84(facts: dict[str, Any], known: Landmark, datum: Datum) -> dict[str, Any]:
    """Express a line's position as the row's, so that only a real difference counts."""
    lat, lon = to_wgs84((facts["lat"], facts["lon"]), datum)
    if distance_m((lat, lon), (known.lat, known.lon)) < SAME_SPOT_M:
        lat, lon = known.lat, known.lon
    return facts | {"lat": lat, "lon": lon}


DEFAULT_RADII = {
    LandmarkKind.COMPOUND: 300,
    LandmarkKind.STATION: 800,
    LandmarkKind.STREET: 1_000,
    LandmarkKind.DISTRICT: 5_000,
}

TERRITORIES = Importer(
    kind="territories",
    columns=[
        Column("code", "Code", "编码", required=True, parse=cells.code, example="GZ"),
        Column("name", "Name", "名称", required=True, parse=cells.short(200), example="Guangzhou"),
        Column("name_zh", "Chinese name", "中文名称", parse=cells.short(200), example="广州"),
        Column(
            "timezone",
            "Time zone",
            "时区",
            required=True,
            example="Asia/Shanghai",
            about="The IANA zone in which its days are planned.",
        ),
        Column("country", "Country", "国家", required=True, example="CN", about="ISO 3166."),
        Column(
            "lat",
            "Latitude",
            "纬度",
            required=True,
            parse=cells.latitude,
            example="23.13",
            about="Of the centre, WGS-84.",
        ),
        Column("lon", "Longitude", "经度", required=True, parse=cells.longitude, example="113.26"),
        Column(
            "radius_km",
            "Radius km",
            "服务半径公里",
            required=True,
            parse=cells.number(1, 500),
            example="60",
            about="Positions farther from the centre are refused.",
        ),
    ],
    apply=apply_territory,
)

LANDMARKS = Importer(
    kind="landmarks",
    columns=[
        Column("territory", "Territory", "服务区", required=True, parse=cells.code, example="GZ"),
        Column(
            "kind",
            "Kind",
            "类型",
            required=True,
            parse=cells.one_of(LandmarkKind, KINDS),
            example="compound",
            about="compound (小区), station, street or district.",
        ),
        Column(
            "name", "Name", "名称", required=True, parse=cells.short(200), example="Lijiang Garden"
        ),
        Column("name_zh", "Chinese name", "中文名称", parse=cells.short(200), example="丽江花园"),
        Column("district", "District", "区县", parse=cells.short(200), example="番禺区"),
        Column("lat", "Latitude", "纬度", required=True, parse=cells.latitude, example="23.0605"),
        Column(
            "lon", "Longitude", "经度", required=True, parse=cells.longitude, example="113.2897"
        ),
        Column(
            "datum",
            "Datum",
            "坐标系",
            parse=cells.one_of(Datum, DATUMS),
            example="gcj02",
            about="wgs84 (GPS, the default), gcj02 (AMap, Tencent) or bd09 (Baidu).",
        ),
        Column(
            "radius_m",
            "Radius m",
            "半径米",
            parse=cells.whole(1, 50_000),
            example="300",
            about="How far it reaches from there.",
        ),
        Column(
            "permitted_hours",
            "Permitted hours",
            "允许施工时间",
            parse=cells.clock_spans,
            example="08:00-12:00;14:00-18:00",
            about="When work may be done there; empty: any time.",
        ),
    ],
    apply=apply_landmark,
    key=("territory", "kind", "name"),
    roles=(Role.DISPATCHER,),
)


def register() -> None:
    """Make the area's files importable."""
    for importer in (TERRITORIES, LANDMARKS):
        imports.register(importer)
