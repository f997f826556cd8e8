"""In which language a consumer's page speaks."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import request
from flask_babel import force_locale

from app.web.shared import preferences


@contextmanager
def their_language(locale: str | None) -> Iterator[None]:
    """Speak as the consumer does, unless this browser has chosen otherwise."""
    if request.cookies.get("lang") in preferences.LANGUAGES or not locale:
        yield
        return
    with force_locale(locale):
        yield
