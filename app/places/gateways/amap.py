"""A geopy geocoder for AMap (高德), which geopy has none for."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderServiceError,
)
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

# https://lbs.amap.com/api/webservice/guide/tools/info
REFUSED_KEYS = {"10001", "10002", "10005", "10006", "10007", "10009", "10012", "10013"}
USED_UP = {"10003", "10004", "10010", "10014", "10015", "10019", "10020", "10021", "10044"}
BAD_QUESTIONS = {"20000", "20001", "20002", "20011", "20012"}


class AMap(Geocoder):  # type: ignore[misc]
    """AMap's geocoding web service, version 3; answers in GCJ-02.

    ``raw`` of a location is AMap's own record: ``level`` says how exact it is.
    """

    api_path = "/v3/geocode/geo"

    def __init__(self, api_key: str, **options: Any) -> None:
        super().__init__(**options)
        self.api_key = api_key
        self.api = f"{self.scheme}://restapi.amap.com{self.api_path}"

    def geocode(
        self,
        query: str,
        *,
        city: str | None = None,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,
    ) -> Any:
        """Return the location of an address, or all candidates.

        Args:
            query: The address.
            city: Look inside this city only.
            exactly_one: The best one, not a list.
            timeout: Seconds; the geocoder's own by default.
        """
        asked = {"key": self.api_key, "address": query, "output": "JSON"}
        url = f"{self.api}?{urlencode(asked | ({'city': city} if city else {}))}"
        callback = partial(self._parse, exactly_one=exactly_one)
        return self._call_geocoder(url, callback, timeout=timeout)

    def _parse(self, page: dict[str, Any], *, exactly_one: bool) -> Any:
        if page.get("status") != "1":
            self._refuse(str(page.get("infocode")), str(page.get("info")))
        found = [self._location(one) for one in page.get("geocodes") or [] if one.get("location")]
        if not found:
            return None
        return found[0] if exactly_one else found

    def _location(self, record: dict[str, Any]) -> Location:
        lon, lat = map(float, record["location"].split(","))
        return Location(str(record.get("formatted_address") or ""), (lat, lon), record)

    def _refuse(self, code: str, info: str) -> None:
        if code in REFUSED_KEYS:
            raise GeocoderAuthenticationFailure(info)
        if code in USED_UP:
            raise GeocoderQuotaExceeded(info)
        if code in BAD_QUESTIONS:
            raise GeocoderQueryError(info)
        raise GeocoderServiceError(info)
