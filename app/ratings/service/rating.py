"""Inviting the consumer of a completed visit to rate it, once, and scoring what they said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.core import audit, clock, links, outbox
from app.core.db import db
from app.core.errors import Conflict, Invalid, problem_of
from app.core.events import record
from app.core.links import Link, Purpose
from app.core.personal import blind_index
from app.core.policies import Actor, Role
from app.jobs.models import Job
from app.planning.queries import visits
from app.ratings import queries, rules
from app.ratings.events import VisitRated
from app.ratings.models import Rating, RatingRevision

LONGEST_COMMENT = 2000
UNTIL_ASKED = timedelta(minutes=30)
"""Whoever was there should have left before their work is judged."""


class AlreadyRated(Conflict):
    """You have rated this visit; thank you."""

    code = "already-rated"


class RatingSettled(Conflict):
    """A rating can be changed for seven days; they are over."""

    code = "rating-settled"


class RatingNotAccepted(Invalid):
    """This rating is not complete or names somebody who did not come."""

    code = "rating-not-accepted"


@dataclass(frozen=True)
class Stars:
    """What the consumer says of one technician: 1 to 5 on each axis."""

    technician_id: UUID
    professional: int
    attitude: int
    comment: str | None = None
    tags: tuple[str, ...] = ()


def invite(visit_id: UUID) -> Link:
    """Send the consumer of a completed visit a link to rate it.

    The secret leaves in the message alone; here stays its hash. Links sent before for the same
    visit stop working.
    """
    visit = visits.get(visit_id)
    job = db.session.get_one(Job, visit.job_id)
    links.revoke(Purpose.RATING, visit_id)
    secret, link = links.mint(Purpose.RATING, visit_id)
    offer = queries.invitation(secret)
    message = outbox.enqueue(
        "rate-visit",
        about=f"visit:{visit_id}",
        recipient=f"customer:{job.customer_id}",
        payload=_payload(offer, secret),
        scope=job.territory_id,
    )
    message.not_before = (visit.finished_at or clock.now()) + UNTIL_ASKED
    return link


def link_for(visit_id: UUID) -> str:
    """Return the secret of one more link to rate a visit, for whoever opened its job by theirs.

    Raises:
        LinkNotValid: the visit is not completed, or was too long ago.
    """
    secret, link = links.mint(Purpose.RATING, visit_id)
    finished_at = queries.invitation(secret).visit.finished_at
    if finished_at is not None:
        link.expires_at = finished_at + links.LIFE[Purpose.RATING]
    queries.invitation(secret)
    return secret


def _payload(offer: queries.Invitation, secret: str) -> dict[str, object]:
    return {
        "job": offer.job.number,
        "job_type": offer.job.job_type.value,
        "brand": offer.brand.name,
        "brand_zh": offer.brand.name_zh or offer.brand.name,
        "zone": offer.zone,
        "technicians": [one.name for one in offer.crew],
        "link": links.address(secret),
        "expires_at": offer.link.expires_at.isoformat(),
    }


def rate(secret: str, given: Sequence[Stars], *, source: str | None = None) -> list[Rating]:
    """Keep what a consumer says of the technicians of one visit; each once.

    Records ``VisitRated``.

    Args:
        secret: What the consumer's link ends with.
        given: Stars for one or more of those who came; who is left out has no rating.
        source: What tells the device apart from others; only its blind index is kept.

    Raises:
        LinkNotValid: the link does not work.
        AlreadyRated: one of them was rated before.
        RatingNotAccepted: nobody, somebody twice or somebody who did not come is named, or a
            value is off the scale.
    """
    offer = queries.invitation(secret, locked=True)
    _check(offer, given)
    if {one.technician_id for one in given} & {c.technician_id for c in offer.crew if c.rated}:
        raise AlreadyRated(visit_id=str(offer.visit.id))

    ratings = [_keep(offer, one, source) for one in given]
    _announce(offer, given)
    return ratings


def change(secret: str, given: Sequence[Stars]) -> list[Rating]:
    """Say something else of whom the consumer has rated, within seven days; both are kept.

    Records ``VisitRated``.

    Raises:
        LinkNotValid: the link does not work.
        RatingNotAccepted: as for ``rate``, or somebody was not rated yet.
        RatingSettled: seven days are over.
    """
    offer = queries.invitation(secret, locked=True)
    _check(offer, given)
    known = {one.technician_id: one for one in queries.of_visit(offer.visit.id)}
    if strange := [one for one in given if one.technician_id not in known]:
        fault = problem_of("technician_id", "is not rated", value=str(strange[0].technician_id))
        raise RatingNotAccepted(errors=[fault])
    if any(clock.now() > known[one.technician_id].rated_at + queries.CHANGEABLE for one in given):
        raise RatingSettled(visit_id=str(offer.visit.id))

    ratings = [_replace(offer, known[one.technician_id], one) for one in given]
    _announce(offer, given)
    return ratings


def _announce(offer: queries.Invitation, given: Sequence[Stars]) -> None:
    rated = tuple(one.technician_id for one in given)
    record(VisitRated(at=clock.now(), visit_id=offer.visit.id, technician_ids=rated))


def _author(offer: queries.Invitation) -> Actor:
    return Actor(via="link", roles=frozenset({Role.CONSUMER}), customer_id=offer.job.customer_id)


def _keep(offer: queries.Invitation, stars: Stars, source: str | None) -> Rating:
    rating = Rating(
        person=offer.job.person,
        visit_id=offer.visit.id,
        technician_id=stars.technician_id,
        category_id=offer.job.category_id,
        rated_at=clock.now(),
        source_index=blind_index("device", source) if source else None,
    )
    _say(offer, rating, stars)
    db.session.add(rating)
    audit.change("rate", rating, actor=_author(offer))
    db.session.flush()
    return rating


def _replace(offer: queries.Invitation, rating: Rating, stars: Stars) -> Rating:
    before = RatingRevision(
        person=offer.job.person,
        rating_id=rating.id,
        number=queries.revisions(rating.id) + 1,
        professional=rating.professional,
        attitude=rating.attitude,
        tags=rating.tags,
        replaced_at=clock.now(),
    )
    before.comment = rating.comment
    db.session.add(before)
    _say(offer, rating, stars)
    rating.changed_at = clock.now()
    audit.change("change-rating", rating, actor=_author(offer))
    db.session.flush()
    return rating


def _say(offer: queries.Invitation, rating: Rating, stars: Stars) -> None:
    rating.professional, rating.attitude = stars.professional, stars.attitude
    rating.tags = sorted(set(stars.tags))
    rating.comment = (stars.comment or "").strip() or None
    rating.set_aside = queries.why_set_aside(offer, stars.technician_id, rating.tags)


def _check(offer: queries.Invitation, given: Sequence[Stars]) -> None:
    named = [one.technician_id for one in given]
    came = {one.technician_id for one in offer.crew}
    faults = []
    if not named:
        faults.append(problem_of("ratings", "rates nobody", remedy="rate at least one"))
    if len(set(named)) < len(named):
        faults.append(problem_of("ratings", "rates somebody twice"))
    faults += [fault for one in given for fault in _faults(one, came)]
    if faults:
        raise RatingNotAccepted(errors=faults)


def _faults(stars: Stars, came: set[UUID]) -> list[dict[str, object]]:
    faults = []
    if stars.technician_id not in came:
        faults.append(problem_of("technician_id", "did not come", value=str(stars.technician_id)))
    for axis, value in (("professional", stars.professional), ("attitude", stars.attitude)):
        if value not in rules.SCALE:
            faults.append(problem_of(axis, "is not 1 to 5", value=value))
    faults += [problem_of("tags", "is no tag", value=t) for t in stars.tags if t not in rules.TAGS]
    if len(stars.comment or "") > LONGEST_COMMENT:
        faults.append(problem_of("comment", f"is longer than {LONGEST_COMMENT} characters"))
    return faults
