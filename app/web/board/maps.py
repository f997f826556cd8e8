"""What a map of a territory is drawn on: the installation's tiles, or else our drawing."""

from app.core import settings
from app.places.models import Territory
from app.web.shared import assets


def map_of(territory: Territory) -> dict[str, str]:
    """Return what templates hand to the map's script."""
    chosen = settings.current()
    drawing = f"geo/{territory.name.lower()}.json"
    return {
        "map_tiles": chosen.map_tiles,
        "map_credit": chosen.map_attribution,
        "map_base": assets.address_of(drawing) if assets.exists(drawing) else "",
    }
