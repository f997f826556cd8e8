"""Geocoders: addresses to positions, by whichever service the operator chose, or by none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import urlsplit

from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderQuotaExceeded,
    GeopyError,
)
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders import BaiduV3, Nominatim, Photon

from app.core import settings
from app.core.errors import Invalid, Unavailable
from app.core.settings import Settings
from app.places.gateways import precision
from app.places.gateways.adapter import GateAdapter
from app.places.gateways.amap import AMap
from app.places.models import Datum, Precision, Territory
from app.places.rules import LatLon, check_position, to_wgs84

TIMEOUT_SECONDS = 10
AGENT = "Shifu field-service dispatch"
MALFORMED = (AttributeError, LookupError, TypeError, ValueError)


class GeocoderUnavailable(Unavailable):
    """The geocoder gave no answer; the reason says why."""

    code = "geocoder-unavailable"


@dataclass(frozen=True)
class Question:
    """An address to be found, and the territory it lies in."""

    address: str
    city: str
    country: str
    centre: LatLon

    @classmethod
    def about(cls, address: str, territory: Territory) -> "Question":
        city = territory.name_zh or territory.name
        centre = (territory.lat, territory.lon)
        return cls(address, city, territory.country, centre)


@dataclass(frozen=True)
class Found:
    """What a geocoder found: a WGS-84 position, how exact, and what it was converted from."""

    point: LatLon
    precision: Precision
    radius_m: int
    datum: Datum


class Geocoder(Protocol):
    """Finds addresses.

    Attributes:
        id: Names it in the cache and on the place; empty: it never finds anything.
    """

    @property
    def id(self) -> str: ...

    def find(self, question: Question) -> Found | None:
        """Return where an address is; ``None``: it is not known there.

        Raises:
            GeocoderUnavailable: no answer, or our key is refused or used up.
        """
        ...


class NullGeocoder:
    """No geocoder: pins, earlier places and the gazetteer must do."""

    id = ""

    def find(self, question: Question) -> Found | None:  # noqa: ARG002  the protocol's signature
        return None


@dataclass(frozen=True)
class GeopyGeocoder:
    """One of geopy's services.

    Attributes:
        ask: Calls the service, not more often than it allows.
        read: How exact an answer is.
    """

    id: str
    datum: Datum
    ask: Callable[[Question], Any]
    read: Callable[[Mapping[str, Any]], precision.Exactness]

    def find(self, question: Question) -> Found | None:
        try:
            location = self.ask(question)
            return None if location is None else self._found(location)
        except (GeopyError, Invalid, *MALFORMED) as error:
            raise GeocoderUnavailable(provider=self.id, reason=_reason(error)) from error

    def _found(self, location: Any) -> Found:
        kind, radius_m = self.read(location.raw)
        point = (float(location.latitude), float(location.longitude))
        check_position(point)
        return Found(to_wgs84(point, self.datum), kind, radius_m, self.datum)


def _reason(error: Exception) -> str:
    """Say what is wrong so that an operator can mend it, without the address asked for."""
    if isinstance(error, GeocoderAuthenticationFailure | GeocoderInsufficientPrivileges):
        return "the key is refused"
    if isinstance(error, GeocoderQuotaExceeded):
        return "the quota is used up, or requests come too fast"
    if isinstance(error, GeopyError):
        return str(error)[:120] or type(error).__name__
    return "the answer is not understood"


def chosen_geocoder() -> Geocoder:
    """Return the geocoder of the settings; one for each process, so that its pace holds."""
    chosen = settings.current()
    return _built(chosen.geocoder, chosen)


@lru_cache(maxsize=4)
def _built(name: str, chosen: Settings) -> Geocoder:
    return BUILDERS[name](chosen) if name in BUILDERS else NullGeocoder()


def _paced(geocode: Callable[..., Any], chosen: Settings) -> Callable[..., Any]:
    pause = 1 / max(0.01, chosen.geocoder_per_second)
    paced: Callable[..., Any] = RateLimiter(
        geocode,
        min_delay_seconds=pause,
        error_wait_seconds=pause,
        max_retries=0,
        swallow_exceptions=False,
    )
    return paced


def _options(chosen: Settings) -> dict[str, Any]:
    own = urlsplit(chosen.geocoder_url)
    return {
        "adapter_factory": GateAdapter,
        "proxies": {},
        "timeout": TIMEOUT_SECONDS,
        "user_agent": AGENT,
        "scheme": own.scheme or "https",
    }


def _domain(chosen: Settings, public: str) -> str:
    own = urlsplit(chosen.geocoder_url)
    return own.netloc + own.path if own.netloc else public


def _nominatim(chosen: Settings) -> Geocoder:
    domain = _domain(chosen, "nominatim.openstreetmap.org")
    ask = _paced(Nominatim(domain=domain, **_options(chosen)).geocode, chosen)

    def find(question: Question) -> Any:
        query = f"{question.address}, {question.city}"
        return ask(query, country_codes=question.country.lower())

    return GeopyGeocoder("nominatim", Datum.WGS84, find, precision.of_nominatim)


def _photon(chosen: Settings) -> Geocoder:
    domain = _domain(chosen, "photon.komoot.io")
    ask = _paced(Photon(domain=domain, **_options(chosen)).geocode, chosen)

    def find(question: Question) -> Any:
        return ask(f"{question.address}, {question.city}", location_bias=question.centre)

    return GeopyGeocoder("photon", Datum.WGS84, find, precision.of_photon)


def _baidu(chosen: Settings) -> Geocoder:
    options = _options(chosen) | {"scheme": "https"}
    ask = _paced(BaiduV3(chosen.geocoder_key, **options).geocode, chosen)

    def find(question: Question) -> Any:
        return ask(_within_city(question))

    return GeopyGeocoder("baidu", Datum.BD09, find, precision.of_baidu)


def _amap(chosen: Settings) -> Geocoder:
    options = _options(chosen) | {"scheme": "https"}
    ask = _paced(AMap(chosen.geocoder_key, **options).geocode, chosen)

    def find(question: Question) -> Any:
        return ask(_within_city(question), city=question.city)

    return GeopyGeocoder("amap", Datum.GCJ02, find, precision.of_amap)


def _within_city(question: Question) -> str:
    """Put the city in front: without it, a street is looked for in the whole country."""
    known = question.city.removesuffix("市") in question.address
    return question.address if known else question.city + question.address


BUILDERS: dict[str, Callable[[Settings], Geocoder]] = {
    "nominatim": _nominatim,
    "photon": _photon,
    "baidu": _baidu,
    "amap": _amap,
}
