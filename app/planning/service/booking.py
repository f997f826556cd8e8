"""Booking: a window is held for a consumer for some minutes, then promised once they agree.

Whoever books a day of a territory waits for whoever books it already, and looks again at what is
on offer then: of two who want the last place one gets it and the other is told the next.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.core import audit, clock, settings
from app.core.db import db, savepoint
from app.core.errors import Conflict
from app.core.events import record
from app.core.policies import Actor, require
from app.jobs import queries as jobs
from app.jobs import service as job_service
from app.jobs.models import Job, JobState
from app.places.models import Territory
from app.planning import policies
from app.planning.events import VisitBooked
from app.planning.models import Assignment, Visit, VisitState
from app.planning.queries import bookings, plans, visits
from app.planning.queries.bookings import Window
from app.planning.service import standing
from app.planning.service.offering import Offer, offer
from app.planning.service.publishing import announce
from app.planning.service.refusing import Wish
from app.planning.service.reviewing import PLANNING
from app.technicians import queries as technicians
from app.technicians.models import Technician

Told = list[tuple[int, UUID, datetime]]


class WindowTaken(Conflict):
    """Somebody else was faster: this time is no longer on offer.

    ``next`` is the next window that is, as two instants, or nothing.
    """

    code = "window-taken"


class HoldLapsed(Conflict):
    """No time is held for you any more; choose again."""

    code = "hold-lapsed"


class TimeAgreed(Conflict):
    """A time is agreed already; it is changed, not held beside."""

    code = "time-agreed"


class JobNotBookable(Conflict):
    """No time can be chosen for this job now.

    ``why`` is a blocker's code, ``job-over`` or ``visit-under-way``.
    """

    code = "job-not-bookable"


class ChangeTooLate(Conflict):
    """It is too late to move this visit online; please call."""

    code = "change-too-late"


@dataclass(frozen=True)
class Opening:
    """Who has the time for a job's visit, and from when until when."""

    window: Window
    crew: tuple[tuple[Technician, datetime, datetime], ...]


def windows(job: Job) -> list[Offer]:
    """Return what a consumer may choose from, the earliest first.

    Where goods are still on their way, only what begins after they should have arrived.

    Raises:
        JobNotBookable: there is nothing to choose; ``why`` says it.
        JobNotOfferable: it is over, under way or of unknown length.
    """
    earliest = _earliest(job)
    zone = db.session.get_one(Territory, job.territory_id).timezone
    first = clock.local_day(earliest, zone)
    found = [one for one in offer(job, first) if one.window[0] >= earliest]
    return sorted(found, key=lambda one: one.window)


def hold(job_id: UUID, window: Window, *, actor: Actor) -> Visit:
    """Keep a window for a consumer for as long as the installation is set; one at a time.

    Raises:
        JobNotFound: there is none for this actor.
        JobNotBookable: there is nothing to choose.
        TimeAgreed: it has a time; see ``rebook``.
        WindowTaken: it is not on offer any more; ``next`` is.
    """
    job, visit = _locked(job_id, window, actor)
    if bookings.has_time(job, visit):
        raise TimeAgreed(job=job.number)
    opening = _opening(job, window, visit)
    visit = standing.open_visit(job.id, actor=actor)
    until = clock.now() + timedelta(minutes=settings.current().hold_minutes)
    _take(job, visit, opening, until, actor)
    visit.held_from, visit.held_to = window
    audit.change("hold-window", visit, actor=actor)
    db.session.flush()
    return visit


def book(job_id: UUID, *, actor: Actor) -> Visit:
    """Promise the window that is held, because the consumer agrees to it.

    Records ``WindowConfirmed`` and ``VisitBooked``, or what announcing records where the day was
    announced before.

    Raises:
        JobNotFound: there is none for this actor.
        HoldLapsed: nothing is held, or not any more.
    """
    seen = jobs.get(job_id, actor=actor)
    require(policies.can_book(actor, seen), "book-window")
    job, visit = standing.lock_job(job_id)
    held = bookings.held(visit) if visit else []
    if (
        job is None
        or visit is None
        or visit.held_from is None
        or visit.held_to is None
        or not held
    ):
        raise HoldLapsed(job=seen.number)
    for one in held:
        one.held_until = None
        audit.change("book-assignment", one, actor=actor)
    _promise(job, visit, (visit.held_from, visit.held_to), [], actor)
    return visit


def rebook(job_id: UUID, window: Window, *, actor: Actor) -> Visit:
    """Give a job that has a time another one; the old one stays if that fails.

    A late change is charged as the brand says. Records what ``book`` records.

    Raises:
        JobNotFound: there is none for this actor.
        JobNotBookable: there is nothing to choose.
        ChangeTooLate: the visit is too near.
        WindowTaken: it is not on offer any more; ``next`` is.
    """
    job, visit = _locked(job_id, window, actor)
    terms = jobs.change_terms(job)
    if not terms.may_move:
        raise ChangeTooLate(job=job.number)
    opening = _opening(job, window, visit)
    if terms.fee is not None:
        job_service.charge_late_change(job, terms.fee, actor=actor)
    visit = standing.open_visit(job.id, actor=actor)
    old = visits.standing([visit.id])
    was_told = visit.state is VisitState.SCHEDULED
    told = [(one.seat, one.technician_id, one.starts_at) for one in old] if was_told else []
    _take(job, visit, opening, None, actor)
    _promise(job, visit, window, told, actor)
    return visit


def let_go(job_id: UUID, *, actor: Actor) -> Visit | None:
    """Give back the window that is held for a consumer, who chooses another or none.

    Raises:
        JobNotFound: there is none for this actor.
    """
    seen = jobs.get(job_id, actor=actor)
    require(policies.can_book(actor, seen), "let-go-window")
    _, visit = standing.lock_job(job_id)
    if visit is not None:
        _free_held(visit, actor, "let go")
    return visit


def lapse(job_id: UUID) -> None:
    """Give back the window that was held for a job and not agreed to in time."""
    _, visit = standing.lock_job(job_id)
    if visit is not None and not bookings.held(visit):
        _free_held(visit, PLANNING, "lapsed")


def _free_held(visit: Visit, actor: Actor, why: str) -> None:
    rows = [one for one in visits.standing([visit.id]) if one.held_until is not None]
    standing.free(rows, actor=actor, why=f"hold {why}")
    visit.held_from = visit.held_to = None
    audit.change("release-hold", visit, actor=actor, reason=why)
    db.session.flush()


def _earliest(job: Job) -> datetime:
    """Return from when on a visit makes sense."""
    now = clock.now()
    for blocker in job.blockers:
        expected = blocker.get("expected_at")
        if blocker["code"] not in bookings.PASSING or (
            blocker["code"] == bookings.GOODS and not expected
        ):
            raise JobNotBookable(why=blocker["code"], job=job.number)
        if expected:
            now = max(now, datetime.fromisoformat(expected))
    return now


def _locked(job_id: UUID, window: Window, actor: Actor) -> tuple[Job, Visit | None]:
    """Lock the job, the day of everybody who works then, and the visit; free what has lapsed."""
    seen = jobs.get(job_id, actor=actor)
    require(policies.can_book(actor, seen), "book-window")
    territory = db.session.get_one(Territory, seen.territory_id)
    day = clock.local_day(window[0], territory.timezone)
    people = [one.technician.id for one in technicians.working(territory.id, day, day)]
    job, visit = standing.lock_job(job_id, [(one, day) for one in people])
    assert job is not None  # noqa: S101  it was read above
    if not job.is_cancellable:
        raise JobNotBookable(why="job-over", job=job.number)
    if visit is not None and visit.state not in {VisitState.OPEN, VisitState.SCHEDULED}:
        raise JobNotBookable(why="visit-under-way", job=job.number)
    standing.free(bookings.lapsed(people, day), actor=PLANNING, why="hold lapsed")
    return job, visit


def _opening(job: Job, window: Window, visit: Visit | None) -> Opening:
    """Look again at what is on offer, now that nobody else can take it."""
    zone = db.session.get_one(Territory, job.territory_id).timezone
    day = clock.local_day(window[0], zone)
    earliest = _earliest(job)
    if window[0] >= earliest and day >= clock.today(zone):
        for one in offer(job, day, 1):
            if one.window == window and (opening := _fitted(job, one, visit, day)):
                return opening
    after = next((one.window for one in windows(job) if one.window != window), None)
    raise WindowTaken(next=[at.isoformat() for at in after] if after else None)


def _fitted(job: Job, one: Offer, visit: Visit | None, day: date) -> Opening | None:
    """Find when inside its window an offer leaves alone what was told to others as it stands."""
    crew = [db.session.get_one(Technician, key) for key in one.technician_ids]
    starts_at: datetime | None = one.starts_at
    while starts_at is not None and starts_at <= one.window[1]:
        periods = [(who, *_period(job, who, starts_at, day)) for who in crew]
        clashes = [
            other.ends_at
            for who, begin, end in periods
            for other in visits.overlapping(
                who.id, (begin, end), except_visit=visit.id if visit else None
            )
        ]
        if not clashes:
            return Opening(one.window, tuple(periods))
        starts_at = max(clashes)
    return None


def _period(job: Job, who: Technician, at: datetime, day: date) -> Window:
    return Wish(job, 0, who, at, day, "").period(who)


def _take(job: Job, visit: Visit, opening: Opening, until: datetime | None, actor: Actor) -> None:
    """Take the crew's time, instead of what the visit had."""
    zone = db.session.get_one(Territory, job.territory_id).timezone
    rows = [
        Assignment(
            visit_id=visit.id,
            seat=seat,
            technician_id=who.id,
            day=clock.local_day(begin, zone),
            sequence=0,
            starts_at=begin,
            ends_at=end,
            held_until=until,
        )
        for seat, (who, begin, end) in enumerate(opening.crew)
    ]
    standing.free(visits.standing([visit.id]), actor=actor, why="another window was chosen")
    try:
        with savepoint():
            standing.take(rows, actor=actor)
    except standing.TechnicianBusy as clash:
        raise WindowTaken(next=None) from clash


def _promise(job: Job, visit: Visit, window: Window, told: Told, actor: Actor) -> None:
    """Write the promise down, and announce it where its day was announced before."""
    visit.held_from = visit.held_to = None
    job_service.confirm_window(job.id, actor=actor, window=window)
    rows = visits.standing([visit.id])
    publication = plans.publication(job.territory_id, rows[0].day)
    if publication is not None and job.is_plannable:
        visit.state, visit.publication_id = VisitState.SCHEDULED, publication.id
        job_service.mark(job.id, JobState.PLANNED, actor=actor)
        announce(visit, job, told, rows)
    else:
        visit.state, visit.publication_id = VisitState.OPEN, None
        if job.state is JobState.PLANNED:
            job_service.mark(job.id, JobState.RELEASED, actor=actor)
        record(VisitBooked(at=clock.now(), visit_id=visit.id, job_id=job.id, moved=bool(told)))
    audit.change("book-visit", visit, actor=actor)
    db.session.flush()
