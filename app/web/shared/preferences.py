"""Language and colours of a page, and what every template knows of them."""

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, request
from flask_babel import get_locale

LANGUAGES = ("en", "zh")
HTML_LANGUAGES = {"en": "en", "zh": "zh-CN"}
THEMES = ("light", "dark")


def init_app(app: Flask) -> None:
    app.context_processor(_for_templates)
    app.after_request(_never_stored)


def language() -> str:
    """Return the language this request is answered in."""
    locale = get_locale()
    return locale.language if locale and locale.language in LANGUAGES else "en"


def theme() -> str | None:
    """Return the chosen colours, or ``None`` to follow the device."""
    chosen = request.cookies.get("theme")
    return chosen if chosen in THEMES else None


def _for_templates() -> dict[str, Any]:
    return {
        "page_language": HTML_LANGUAGES[language()],
        "page_theme": theme(),
        "here": request.full_path.rstrip("?") if request.method == "GET" else "/",
        "same_list": same_list,
    }


def same_list(**changed: str | None) -> str:
    """Return the address of this list with some of its arguments changed; ``None`` leaves out."""
    arguments = request.args.to_dict() | changed
    return f"{request.path}?{urlencode({k: v for k, v in arguments.items() if v})}"


def _never_stored(response: Response) -> Response:
    """Keep pages, which hold personal data, out of every cache; assets are public."""
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    return response
