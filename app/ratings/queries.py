"""Reading ratings: what a link is good for, what was said, how stars fall."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.catalogue.models import Brand, Category
from app.core import clock, links
from app.core.db import db
from app.core.errors import NotFound
from app.core.links import Link, Purpose
from app.core.personal import masked
from app.core.phones import PhoneNotValid, parse
from app.core.policies import Actor
from app.customers.models import Customer
from app.customers.queries import index_of
from app.jobs.models import Job
from app.places.models import Territory
from app.planning.models import Assignment, Visit, VisitState
from app.planning.queries import visits
from app.ratings import policies, rules
from app.ratings.models import FollowUp, Rating, RatingRevision
from app.ratings.rules import Standing, Tally
from app.technicians.models import Technician

CHANGEABLE = timedelta(days=7)
STILL_GOOD_AFTER, STILL_GOOD_UNTIL = timedelta(days=30), timedelta(days=37)
"""When it is asked whether it is still good; later than that it is not asked any more."""


class RatingNotFound(NotFound):
    """There is no such rating."""

    code = "rating-not-found"


@dataclass(frozen=True)
class Rateable:
    """One technician who came, and what this visit's consumer has said of them, if anything."""

    technician_id: UUID
    name: str
    given: Rating | None = None

    @property
    def rated(self) -> bool:
        return self.given is not None

    @property
    def is_changeable(self) -> bool:
        return self.given is not None and clock.now() <= self.given.rated_at + CHANGEABLE


@dataclass(frozen=True)
class Invitation:
    """What the holder of a link may rate: one visit and who came."""

    link: Link
    visit: Visit
    job: Job
    brand: Brand
    zone: str
    crew: list[Rateable]

    @property
    def is_answered(self) -> bool:
        return all(one.rated for one in self.crew)


def invitation(secret: str, *, locked: bool = False) -> Invitation:
    """Return what a link's secret is good for.

    Args:
        secret: What the consumer's link ends with.
        locked: Keep everybody else from using the link until the unit of work ends.

    Raises:
        LinkNotValid: it is unknown, cut short, expired, revoked or for something else; never
            which.
    """
    link = links.find(secret, Purpose.RATING, locked=locked)
    chosen = (
        sa.select(Visit, Job, Brand, Territory.timezone)
        .join(Job, Job.id == Visit.job_id)
        .join(Brand, Brand.id == Job.brand_id)
        .join(Territory, Territory.id == Job.territory_id)
        .where(Visit.id == link.subject_id, Visit.state == VisitState.COMPLETED)
    )
    found = db.session.execute(chosen).one_or_none()
    if found is None:
        raise links.LinkNotValid
    visit, job, brand, zone = found
    return Invitation(link, visit, job, brand, zone, _crew(visit.id))


def _crew(visit_id: UUID) -> list[Rateable]:
    came = [one.technician_id for one in visits.crew_of(visit_id)]
    given = {one.technician_id: one for one in of_visit(visit_id)}
    chosen = sa.select(Technician).where(Technician.id.in_(came))
    people = {technician.id: technician for technician in db.session.scalars(chosen)}
    return [Rateable(key, people[key].name or "", given.get(key)) for key in dict.fromkeys(came)]


def get(rating_id: UUID, *, actor: Actor, locked: bool = False) -> Rating:
    """Return a rating to whoever may read its words.

    Raises:
        RatingNotFound: there is none for this actor.
    """
    chosen = sa.select(Rating).where(Rating.id == rating_id)
    if locked:
        chosen = chosen.with_for_update(of=Rating).execution_options(populate_existing=True)
    rating = db.session.scalar(chosen)
    technician = db.session.get(Technician, rating.technician_id) if rating else None
    if rating is None or technician is None or not policies.reads_comments(actor, technician):
        raise RatingNotFound(rating_id=str(rating_id))
    return rating


def of_visit(visit_id: UUID) -> list[Rating]:
    """Return what was said of a visit."""
    return list(db.session.scalars(sa.select(Rating).where(Rating.visit_id == visit_id)))


def revisions(rating_id: UUID) -> int:
    """Count how often a rating was changed."""
    chosen = sa.select(sa.func.count()).where(RatingRevision.rating_id == rating_id)
    return db.session.scalar(chosen) or 0


def why_set_aside(offer: Invitation, technician_id: UUID, tags: Sequence[str]) -> str | None:
    """Say why a rating tells nothing of the technician; ``None``: it counts.

    Their own phone ordered the visit; the goods or the plan were at fault, as the consumer says
    or, for the plan, as it was announced: a start after the promised window.
    """
    if _is_own_phone(offer.job, technician_id):
        return "own-phone"
    causes = {rules.TAGS.get(tag) for tag in tags} - {None}
    lead = next(iter(visits.crew_of(offer.visit.id)), None)
    end = offer.job.window_end
    if lead is not None and end is not None and lead.starts_at > end:
        causes.add("planning")
    return min((cause for cause in causes if cause), default=None)


def _is_own_phone(job: Job, technician_id: UUID) -> bool:
    customer = db.session.get_one(Customer, job.customer_id)
    phone = db.session.get_one(Technician, technician_id).phone
    try:
        return phone is not None and index_of(parse(phone)) == customer.phone_index
    except PhoneNotValid:
        return False


def given_to(technician_id: UUID) -> sa.Select[Rating]:
    """Select what was said of a technician."""
    return sa.select(Rating).where(Rating.technician_id == technician_id)


@dataclass(frozen=True)
class Shown:
    """A rating as somebody sees it who may not know which consumer gave it."""

    id: UUID
    rated_at: datetime
    category: str
    professional: int
    attitude: int
    tags: list[str]
    comment: str | None
    reply: str | None
    set_aside: str | None
    hidden_reason: str | None


def shown(ratings: Sequence[Rating], *, with_comments: bool) -> list[Shown]:
    """Show ratings, with the words about a visit open, masked or, where abusive, not at all."""
    chosen = sa.select(Category).where(Category.id.in_({one.category_id for one in ratings}))
    codes = {category.id: category.code for category in db.session.scalars(chosen)}
    return [
        Shown(
            id=one.id,
            rated_at=one.rated_at,
            category=codes[one.category_id],
            professional=one.professional,
            attitude=one.attitude,
            tags=one.tags,
            comment=_words(one, "comment", with_comments),
            reply=_words(one, "reply", with_comments),
            set_aside=one.set_aside,
            hidden_reason=one.hidden_reason,
        )
        for one in ratings
    ]


def _words(rating: Rating, name: str, is_open: bool) -> str | None:
    if rating.hidden_reason and name == "comment":
        return None
    return getattr(rating, name) if is_open else masked(rating, name)


def tallies() -> dict[tuple[UUID, UUID], Tally]:
    """Count the ratings that count by (technician, category), older ones in part; one query."""
    age = _age()
    columns = (Rating.technician_id, Rating.category_id, Rating.professional, Rating.attitude, age)
    found: dict[tuple[UUID, UUID], Tally] = defaultdict(Tally)
    chosen = sa.select(*columns, sa.func.count()).where(Rating.set_aside.is_(None))
    for who, what, professional, attitude, step, count in db.session.execute(
        chosen.group_by(*columns)
    ):
        found[who, what].add(professional, attitude, count * rules.age_weight(step))
    return found


def _age() -> sa.ColumnElement[int]:
    """Sort a rating into its step of ``rules.AGES``."""
    now = clock.now()
    steps: list[tuple[sa.ColumnElement[bool], sa.ColumnElement[int]]] = [
        (Rating.rated_at > now - timedelta(days=days), sa.literal_column(str(step)))
        for step, days in enumerate(rules.AGES)
    ]
    return sa.case(*steps, else_=sa.literal_column(str(len(rules.AGES)))).label("age")


@dataclass(frozen=True)
class CategoryStanding:
    """A technician on both axes in one category; ``None``: overall."""

    category: Category | None
    standing: Standing


def standings(technician_id: UUID) -> list[CategoryStanding]:
    """Return where a technician stands overall, then by category, most rated first."""
    mine = rules.standings(tallies()).get(technician_id, {})
    chosen = sa.select(Category).where(Category.id.in_(key for key in mine if key))
    names = {category.id: category for category in db.session.scalars(chosen)}
    shown = [
        CategoryStanding(names[key] if key else None, standing) for key, standing in mine.items()
    ]
    return sorted(shown, key=lambda one: (one.category is not None, -one.standing.count))


@dataclass(frozen=True)
class Signal:
    """Something about a technician's ratings that a person should look at.

    ``code``: ``same-device``, ``burst`` or ``own-phone``; ``count``: ratings concerned.
    """

    code: str
    count: int


BURST = timedelta(hours=1)
LEAST = {"same-device": 4, "burst": 4, "own-phone": 1}


def signals(technician_id: UUID) -> list[Signal]:
    """Return signals of fraud: one device for many visits, many in an hour, their own phone."""
    chosen = given_to(technician_id).where(Rating.rated_at > clock.now() - timedelta(days=90))
    found = list(db.session.scalars(chosen.order_by(Rating.rated_at)))
    devices = Counter(one.source_index for one in found if one.source_index)
    times = [one.rated_at for one in found]
    burst = max((_within(times, begin) for begin in times), default=0)
    counts = {
        "same-device": max(devices.values(), default=0),
        "burst": burst,
        "own-phone": sum(one.set_aside == "own-phone" for one in found),
    }
    return [Signal(code, count) for code, count in counts.items() if count >= LEAST[code]]


def _within(times: Sequence[datetime], begin: datetime) -> int:
    return sum(begin <= one < begin + BURST for one in times)


@dataclass(frozen=True)
class Lasting:
    """What stars do not say: of the visits completed, how many needed no other one."""

    completed: int
    first_time: int

    @property
    def share(self) -> float | None:
        return self.first_time / self.completed if self.completed else None


def lasting(technician_id: UUID) -> Lasting:
    """Count a technician's completed visits, and those after which nobody had to come again."""
    later = aliased(Visit)
    again = sa.exists().where(later.job_id == Visit.job_id, later.ordinal > Visit.ordinal)
    chosen = (
        sa.select(sa.func.count(sa.distinct(Visit.id)))
        .join(Assignment, Assignment.visit_id == Visit.id)
        .where(Assignment.technician_id == technician_id, Visit.state == VisitState.COMPLETED)
    )
    first = chosen.where(Visit.ordinal == 1, ~again)
    return Lasting(db.session.scalar(chosen) or 0, db.session.scalar(first) or 0)


def to_follow_up() -> list[UUID]:
    """Return the visits that were completed a month ago and were not asked about yet."""
    now = clock.now()
    chosen = (
        sa.select(Visit.id)
        .outerjoin(FollowUp, FollowUp.visit_id == Visit.id)
        .where(
            Visit.state == VisitState.COMPLETED,
            Visit.finished_at.between(now - STILL_GOOD_UNTIL, now - STILL_GOOD_AFTER),
            FollowUp.visit_id.is_(None),
        )
    )
    return list(db.session.scalars(chosen.order_by(Visit.finished_at)))


def follow_up(visit_id: UUID) -> FollowUp | None:
    """Return whether a visit was asked about a month later, and what was answered."""
    return db.session.get(FollowUp, visit_id)


def follow_up_payload(job: Job) -> dict[str, object]:
    """Return what the question says."""
    brand = db.session.get_one(Brand, job.brand_id)
    return {
        "job": job.number,
        "job_type": job.job_type.value,
        "brand": brand.name,
        "brand_zh": brand.name_zh or brand.name,
        "zone": db.session.get_one(Territory, job.territory_id).timezone,
    }
