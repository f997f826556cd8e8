"""What the rated side and the platform may do with a rating: answer it, hide its words."""

from uuid import UUID

from app.core import audit, clock
from app.core.db import db
from app.core.errors import Invalid, problem_of
from app.core.policies import Actor, require
from app.ratings import policies, queries
from app.ratings.models import Rating
from app.technicians.models import Technician

LONGEST_REPLY = 1000
LONGEST_REASON = 200


class ReplyNotAccepted(Invalid):
    """This reply or reason is empty or too long."""

    code = "reply-not-accepted"


def reply(rating_id: UUID, text: str, *, actor: Actor) -> Rating:
    """Answer a rating as the technician it is about; the last answer counts.

    Raises:
        RatingNotFound: there is none of the actor's.
        Forbidden: it is about somebody else.
        ReplyNotAccepted: it is empty or too long.
    """
    rating = queries.get(rating_id, actor=actor, locked=True)
    require(actor.technician_id == rating.technician_id, "reply-to-rating")
    _check("reply", text, LONGEST_REPLY)
    rating.reply, rating.replied_at = text.strip(), clock.now()
    audit.change("reply-to-rating", rating, actor=actor)
    db.session.flush()
    return rating


def hide(rating_id: UUID, reason: str, *, actor: Actor) -> Rating:
    """Hide a rating's abusive words from everybody but its author; its stars count as before.

    Raises:
        RatingNotFound: there is none for this actor.
        Forbidden: the actor does not dispatch the technician's territory.
        ReplyNotAccepted: no reason is given, or it is too long.
    """
    rating = queries.get(rating_id, actor=actor, locked=True)
    technician = db.session.get_one(Technician, rating.technician_id)
    require(policies.may_hide(actor, technician), "hide-rating")
    _check("reason", reason, LONGEST_REASON)
    rating.hidden_reason = reason.strip()
    audit.change("hide-rating", rating, actor=actor, reason=rating.hidden_reason)
    db.session.flush()
    return rating


def _check(name: str, text: str, longest: int) -> None:
    if not 0 < len(text.strip()) <= longest:
        fault = f"is empty or longer than {longest} characters"
        raise ReplyNotAccepted(errors=[problem_of(name, fault)])
