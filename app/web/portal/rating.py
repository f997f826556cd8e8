"""Rating a visit: the link opens the form, what was said can be changed for seven days."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.errors import Invalid
from app.http.actor import device
from app.ratings import queries, service
from app.ratings.queries import Rateable
from app.ratings.rules import TAGS
from app.ratings.service import AlreadyRated, RatingSettled, Stars
from app.web.shared.formats import use_zone
from app.web.shared.problems import fault_text

AXES = ("professional", "attitude")


def page(secret: str, faults: list[str] | None = None) -> str:
    """Show the form, or thanks and what was said once everybody is rated."""
    offer = queries.invitation(secret)
    use_zone(offer.zone)
    name = "thanks" if offer.is_answered else "rate"
    return render_template(
        f"portal/{name}.html",
        offer=offer,
        axes=AXES,
        tags=list(TAGS),
        sent=request.form,
        faults=faults or [],
    )


def keep(secret: str) -> ResponseReturnValue:
    """Keep what the form says; a refusal is shown on it."""
    offer = queries.invitation(secret)
    try:
        if request.form.get("again"):
            service.change(secret, _stars(offer.crew))
        else:
            new = [one for one in offer.crew if not one.rated]
            service.rate(secret, _stars(new), source=device())
    except AlreadyRated:
        pass  # sent twice: the first counts, and the page says thank you either way
    except Invalid as error:
        faults = [fault_text(fault) for fault in error.details["errors"]]
        return page(secret, faults), 422
    except RatingSettled as error:
        return page(secret, [gettext(error.title())]), 409
    return redirect(url_for("portal.opened", secret=secret), 303)


def _stars(people: list[Rateable]) -> list[Stars]:
    """Read the form: a technician counts once both axes are chosen or one of them is."""
    given = []
    for one in people:
        key = one.technician_id
        chosen = [request.form.get(f"{axis}-{key}") for axis in AXES]
        if not any(chosen):
            continue
        professional, attitude = (_number(value) for value in chosen)
        comment = request.form.get(f"comment-{key}")
        tags = tuple(request.form.getlist(f"tag-{key}"))
        given.append(Stars(key, professional, attitude, comment, tags))
    return given


def _number(text: str | None) -> int:
    """Read a choice; what is none of ours is off the scale and refused there."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) == 1 else 0
