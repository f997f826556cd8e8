"""The cookies we give: never readable by scripts, never sent by other sites' forms."""

from werkzeug.wrappers import Response

from app.accounts.service import SESSION_LIFE
from app.core import settings

SESSION = "shifu_session"
A_YEAR = 365 * 24 * 3600


def begin_session(response: Response, secret: str) -> Response:
    return remember(response, SESSION, secret, seconds=int(SESSION_LIFE.total_seconds()))


def end_session(response: Response) -> Response:
    response.delete_cookie(SESSION)
    return response


def remember(response: Response, name: str, value: str, *, seconds: int = A_YEAR) -> Response:
    secure = settings.current().secure_cookies
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Lax", secure=secure)
    return response
