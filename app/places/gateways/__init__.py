"""Other systems of places: geocoders and routers, each behind a protocol, chosen by a setting."""

from app.places.gateways.geocoders import (
    Found,
    Geocoder,
    GeocoderUnavailable,
    NullGeocoder,
    Question,
    chosen_geocoder,
)
from app.places.gateways.travel import (
    EstimatedTravel,
    RouterUnavailable,
    TravelTimes,
    travel_times,
)

__all__ = [
    "EstimatedTravel",
    "Found",
    "Geocoder",
    "GeocoderUnavailable",
    "NullGeocoder",
    "Question",
    "RouterUnavailable",
    "TravelTimes",
    "chosen_geocoder",
    "travel_times",
]
