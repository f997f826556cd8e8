"""The rail at the side of every office page: the ways in it, and where the reader is."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import request, url_for

from app.http.actor import current_actor

Entry = tuple[str, str, str, tuple[str, ...]]
"""A way: its endpoint, icon and text, and the other endpoints that belong to it."""


def rail(entries: Callable[[], Iterable[Entry]]) -> Callable[[], dict[str, Any]]:
    """Return what a blueprint gives its templates to draw these ways."""

    def drawn() -> dict[str, Any]:
        here = request.endpoint
        ways = [
            {"url": url_for(way), "icon": icon, "text": text, "current": here in {way, *under}}
            for way, icon, text, under in entries()
        ]
        return {"navigation": ways, "signed_in_as": current_actor().name}

    return drawn
