"""How a phone opens a place: the device's own map, or the one the installation names."""

from app.core import settings
from app.places.models import Datum, Place
from app.places.rules import convert


def map_link(place: Place) -> str | None:
    """Return a link to a place in the map application of the setting; ``None``: not known."""
    if place.lat is None or place.lon is None:
        return None
    kind = settings.current().map_link
    if kind == "google":
        return f"https://www.google.com/maps/search/?api=1&query={place.lat:.6f},{place.lon:.6f}"
    if kind == "amap":
        lat, lon = convert((place.lat, place.lon), Datum.GCJ02)
        return f"https://uri.amap.com/marker?position={lon:.6f},{lat:.6f}&coordinate=gaode"
    return f"geo:{place.lat:.6f},{place.lon:.6f}?q={place.lat:.6f},{place.lon:.6f}"
