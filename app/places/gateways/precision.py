"""How exact each geocoder's answer is, read from what it says beside the position."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from app.places.models import Precision
from app.places.rules import distance_m

Exactness = tuple[Precision, int]
"""Kind, and the radius in metres within which the place lies."""

DOOR: Exactness = (Precision.ADDRESS, 50)
PHOTON = {
    "house": DOOR,
    "street": (Precision.STREET, 500),
    "locality": (Precision.COMPOUND, 800),
    "district": (Precision.DISTRICT, 4_000),
}
AMAP = {
    "门牌号": DOOR,
    "门址": DOOR,
    "单元号": (Precision.ADDRESS, 30),
    "楼栋": (Precision.ADDRESS, 30),
    "兴趣点": (Precision.ADDRESS, 100),
    "住宅区": (Precision.COMPOUND, 300),
    "小区": (Precision.COMPOUND, 300),
    "公交地铁站点": (Precision.STREET, 500),
    "道路交叉路口": (Precision.STREET, 200),
    "道路": (Precision.STREET, 1_000),
    "热点商圈": (Precision.STREET, 1_000),
    "村庄": (Precision.STREET, 1_500),
}
# https://lbsyun.baidu.com/faq/api?title=webapi/guide/webservice-geocoding: error by confidence.
BAIDU = (
    (90, 50),
    (80, 100),
    (75, 200),
    (70, 300),
    (60, 500),
    (50, 1_000),
    (40, 2_000),
    (30, 5_000),
)
CITY: Exactness = (Precision.DISTRICT, 15_000)


def of_nominatim(raw: Mapping[str, Any]) -> Exactness:
    """Read the rank of an OpenStreetMap object and the size of its bounding box."""
    rank = int(raw.get("place_rank", 0))
    box = [float(edge) for edge in raw.get("boundingbox", [])]
    reach = _half_diagonal(box[0], box[2], box[1], box[3]) if len(box) == 4 else CITY[1]
    if rank >= 28:
        return Precision.ADDRESS, max(30, reach)
    if rank >= 26:
        return Precision.STREET, max(200, reach)
    return (Precision.COMPOUND if rank >= 20 else Precision.DISTRICT), max(300, reach)


def of_photon(raw: Mapping[str, Any]) -> Exactness:
    properties = raw.get("properties", {})
    kind, radius = PHOTON.get(str(properties.get("type")), CITY)
    extent: Sequence[float] = properties.get("extent") or []
    if len(extent) == 4:
        west, north, east, south = extent
        radius = max(min(radius, 30), _half_diagonal(south, west, north, east))
    return kind, radius


def of_baidu(raw: Mapping[str, Any]) -> Exactness:
    confidence = int(raw.get("confidence", 0))
    radius = next((metres for least, metres in BAIDU if confidence >= least), CITY[1])
    if raw.get("precise") == 1:
        return Precision.ADDRESS, min(radius, 100)
    return (Precision.STREET if radius <= 1_000 else Precision.DISTRICT), radius


def of_amap(raw: Mapping[str, Any]) -> Exactness:
    level = str(raw.get("level"))
    return AMAP.get(level, (Precision.DISTRICT, 5_000) if level in {"区县", "乡镇"} else CITY)


def _half_diagonal(south: float, west: float, north: float, east: float) -> int:
    return math.ceil(distance_m((south, west), (north, east)) / 2)
