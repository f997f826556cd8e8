"""geopy's HTTP, going out through the one gate."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import GeocoderParseError, GeocoderServiceError, GeocoderUnavailable

from app.core import egress
from app.core.errors import Invalid, Unavailable

# Its messages hold URLs, and so addresses of people and keys.
logging.getLogger("geopy").setLevel(logging.CRITICAL)


class GateAdapter(BaseSyncAdapter):  # type: ignore[misc]
    """Hands geopy's requests to the egress gate; what comes back to geopy holds no URL."""

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            return json.loads(text)
        except ValueError as error:
            raise GeocoderParseError("the answer is not JSON") from error

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        try:
            answer = egress.request(
                "GET", url, purpose="geocode", headers=headers, timeout=timeout
            )
        except Unavailable as error:
            raise GeocoderUnavailable(error.title()) from error
        except Invalid as error:
            raise GeocoderServiceError(error.title()) from error
        text = answer.body.decode("utf-8", "replace")
        if answer.status >= 300:
            raise AdapterHTTPError(
                f"HTTP {answer.status}",
                status_code=answer.status,
                headers=dict(answer.headers),
                text="",
            )
        return text
