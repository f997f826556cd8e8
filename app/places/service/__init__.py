"""Changing territories and places, looking for them, and knowing the travel between them."""

from app.places.service.finding import (
    PinInOtherDistrict,
    change_site,
    confirm_position,
    drop_pin,
    find_or_create,
    reveal_address,
)
from app.places.service.geocoding import (
    GeocoderTest,
    ask,
    question_of,
    remember,
    settle,
    try_geocoder,
)
from app.places.service.importing import register as register_importers
from app.places.service.keeping import (
    TerritoryCodeTaken,
    TerritoryNotValid,
    change_territory,
    create_territory,
    save_landmark,
    save_speed_profile,
)
from app.places.service.travelling import Travel, keep_legs, travel_between

__all__ = [
    "GeocoderTest",
    "PinInOtherDistrict",
    "TerritoryCodeTaken",
    "TerritoryNotValid",
    "Travel",
    "ask",
    "change_site",
    "change_territory",
    "confirm_position",
    "create_territory",
    "drop_pin",
    "find_or_create",
    "keep_legs",
    "question_of",
    "register_importers",
    "remember",
    "reveal_address",
    "save_landmark",
    "save_speed_profile",
    "settle",
    "travel_between",
    "try_geocoder",
]
