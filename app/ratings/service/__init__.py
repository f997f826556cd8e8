"""Changing ratings: inviting, rating, answering, scoring, taking over history."""

from app.ratings.service.answering import ReplyNotAccepted, hide, reply
from app.ratings.service.following_up import NothingAsked, ask, say_it_is
from app.ratings.service.rating import (
    AlreadyRated,
    RatingNotAccepted,
    RatingSettled,
    Stars,
    change,
    invite,
    link_for,
    rate,
)
from app.ratings.service.scoring import recompute

__all__ = [
    "AlreadyRated",
    "NothingAsked",
    "RatingNotAccepted",
    "RatingSettled",
    "ReplyNotAccepted",
    "Stars",
    "ask",
    "change",
    "hide",
    "invite",
    "link_for",
    "rate",
    "recompute",
    "reply",
    "say_it_is",
]
