"""What tests of places start from."""

from app.core.db import db, unit_of_work
from app.places.models import Landmark

DOOR = (23.1353, 113.3268)


def make_landmark(territory, kind, name, point=DOOR, **given):
    values = {"district": "天河区", "radius_m": 300} | given
    row = Landmark(territory_id=territory.id, kind=kind, name=name, **values)
    row.lat, row.lon = point
    with unit_of_work():
        db.session.add(row)
    return row
