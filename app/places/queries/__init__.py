"""Reading territories, places and travel. Nothing here changes state."""

from app.places.queries.places import (
    PlaceNotFound,
    address_index,
    geocoder_answer,
    get,
    held_by,
    landmarks_near,
    landmarks_of,
    twins,
    visible,
    waiting,
    waiting_select,
)
from app.places.queries.territories import (
    LandmarkNotFound,
    TerritoryNotFound,
    landmark_named,
    territories,
    territory,
    territory_by_code,
    territory_coded,
    territory_of,
)
from app.places.queries.travel import cached_legs, speed_factors, speed_profile

__all__ = [
    "LandmarkNotFound",
    "PlaceNotFound",
    "TerritoryNotFound",
    "address_index",
    "cached_legs",
    "geocoder_answer",
    "get",
    "held_by",
    "landmark_named",
    "landmarks_near",
    "landmarks_of",
    "speed_factors",
    "speed_profile",
    "territories",
    "territory",
    "territory_by_code",
    "territory_coded",
    "territory_of",
    "twins",
    "visible",
    "waiting",
    "waiting_select",
]
