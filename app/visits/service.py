"""Changing visits: reports from the field, and what follows from them."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.core import audit, clock
from app.core.db import db, savepoint
from app.core.errors import Conflict, Invalid, problem_of
from app.core.events import record
from app.core.policies import Actor
from app.customers.models import Customer
from app.places import service as places
from app.planning.models import VisitState
from app.planning.queries.visits import VisitNotFound
from app.planning.service import standing, transitions
from app.visits import policies, queries, rules
from app.visits.events import FailureReason, TechnicianOnTheWay, VisitCompleted, VisitFailed
from app.visits.models import Verdict, VisitReport
from app.visits.queries import Known
from app.visits.rules import Decision

LONGEST_NOTE = 4000


class ReportNotValid(Invalid):
    """This report does not say what it must."""

    code = "report-not-valid"


class ReportNumberReused(Conflict):
    """This device has sent another report under this number."""

    code = "report-number-reused"


class ContactClosed(Conflict):
    """The visit has ended; ask the dispatcher to reach the customer."""

    code = "contact-closed"


@dataclass(frozen=True)
class Position:
    """Where a device was: WGS-84 degrees, and how sure it is."""

    lat: float
    lon: float
    accuracy_m: int | None = None


@dataclass(frozen=True)
class Evidence:
    """What a device sends along with a state.

    Attributes:
        at: The device's own clock.
        device: Which device; the client's own name for it.
        sequence: Counts the device's reports.
        failure: Why, when the visit failed.
        sent_at: What the device's own clock said on sending; it shows how wrong that clock is.
    """

    at: datetime
    device: str
    sequence: int
    position: Position | None = None
    note: str | None = None
    failure: FailureReason | None = None
    sent_at: datetime | None = None


def report(visit_id: UUID, state: VisitState, evidence: Evidence, *, actor: Actor) -> VisitReport:
    """Keep what a technician reports of a visit, and move the visit on if the server agrees.

    The report is kept whatever is decided; its verdict says what became of it, and why. The same
    number of the same device again is the same report. Records ``TechnicianOnTheWay``,
    ``VisitCompleted`` or ``VisitFailed``. The first arrival with a good position fixes the
    address.

    Raises:
        VisitNotFound: the actor never had to do with such a visit.
        ReportNotValid: the state is not one to report, or a failure has no reason.
        ReportNumberReused: the number stands for another report.
    """
    _check(state, evidence)
    seen = queries.known(visit_id, actor=actor)
    author = _author(seen, actor)
    standing.lock_job(seen.job.id)
    if same := queries.report_numbered(author, evidence.device, evidence.sequence):
        return _again(same, visit_id, state)

    db.session.refresh(seen.visit)
    mine = author in queries.known(visit_id, actor=actor).crew_ids
    decision = rules.decide(seen.visit.state, state, assigned=mine)
    kept = _keep(seen, author, (state, evidence, decision), actor)
    if decision.applies and _apply(kept, actor):
        _announce(seen, kept)
        _fix_address(seen, kept)
    return kept


def _apply(kept: VisitReport, actor: Actor) -> bool:
    """Move the visit on; where plan or job will not follow, the report stays, rejected."""
    why = kept.failure.value if kept.failure else None
    try:
        with savepoint():
            transitions.transition(kept.visit_id, kept.state, kept.happened_at, actor, reason=why)
    except Conflict as refused:
        kept.verdict, kept.verdict_reason = Verdict.REJECTED, refused.code
        audit.change("reject-report", kept, actor=actor)
        db.session.flush()
    return kept.verdict is Verdict.APPLIED


def _check(state: VisitState, evidence: Evidence) -> None:
    faults = []
    if state not in rules.REPORTABLE:
        choices = ", ".join(one.value for one in rules.REPORTABLE)
        remedy = f"choose among {choices}"
        faults.append(problem_of("state", "is not reported", value=state.value, remedy=remedy))
    if (state is VisitState.FAILED) != (evidence.failure is not None):
        remedy = "a failed visit needs its reason, and no other state has one"
        faults.append(problem_of("failure", "does not fit the state", remedy=remedy))
    if len(evidence.note or "") > LONGEST_NOTE:
        faults.append(problem_of("note", f"is longer than {LONGEST_NOTE} characters"))
    if faults:
        raise ReportNotValid(errors=faults)


def _author(seen: Known, actor: Actor) -> UUID:
    """Return whose report it is; a dispatcher who was telephoned reports for the lead."""
    if actor.technician_id is not None and actor.technician_id in seen.ever:
        return actor.technician_id
    if not seen.crew:
        raise VisitNotFound(visit_id=str(seen.visit.id))
    return seen.crew[0].technician_id


def _again(same: VisitReport, visit_id: UUID, state: VisitState) -> VisitReport:
    if same.visit_id != visit_id or same.state is not state:
        raise ReportNumberReused(device=same.device, sequence=same.sequence)
    return same


def _keep(
    seen: Known, author: UUID, told: tuple[VisitState, Evidence, Decision], actor: Actor
) -> VisitReport:
    state, evidence, decision = told
    now, told_at = clock.now(), evidence.at.astimezone(UTC)
    last = queries.last_applied(seen.visit.id)
    where = evidence.position
    kept = VisitReport(
        person=seen.job.person,
        visit_id=seen.visit.id,
        technician_id=author,
        state=state,
        failure=evidence.failure,
        device=evidence.device,
        sequence=evidence.sequence,
        reported_at=told_at,
        received_at=now,
        verdict=decision.verdict,
        verdict_reason=decision.reason,
    )
    kept.note = evidence.note or None
    kept.happened_at = rules.believed_time(
        rules.set_right(told_at, evidence.sent_at, now),
        now,
        not_before=last.happened_at if last else None,
    )
    if where is not None:
        kept.lat, kept.lon, kept.accuracy_m = where.lat, where.lon, where.accuracy_m
    db.session.add(kept)
    audit.change("report-visit", kept, actor=actor)
    db.session.flush()
    return kept


def _announce(seen: Known, kept: VisitReport) -> None:
    at, visit_id = clock.now(), seen.visit.id
    if kept.state is VisitState.ON_THE_WAY:
        record(TechnicianOnTheWay(at=at, visit_id=visit_id, technician_id=kept.technician_id))
    elif kept.state is VisitState.COMPLETED:
        record(VisitCompleted(at=at, visit_id=visit_id, finished_at=kept.happened_at))
    elif kept.failure is not None:
        record(VisitFailed(at=at, visit_id=visit_id, reason=kept.failure))


def _fix_address(seen: Known, kept: VisitReport) -> None:
    """Let the first arrival with a good position say where the place is, for good.

    A position that cannot be one leaves the report as it is.
    """
    if kept.state is not VisitState.ARRIVED or kept.lat is None or kept.lon is None:
        return
    if rules.fixes_address(kept.accuracy_m):
        with suppress(Invalid), savepoint():
            places.confirm_position(seen.job.place_id, kept.lat, kept.lon)


@dataclass(frozen=True)
class Contact:
    """How the customer of a visit is reached, open."""

    name: str | None
    phone: str | None
    phone_expires_at: datetime | None


def reveal_contact(visit_id: UUID, *, actor: Actor) -> Contact:
    """Open the customer's number to those who are on their way to them; audited.

    Raises:
        VisitNotFound: there is no such visit for this actor, or no longer.
        ContactClosed: the visit has ended.
    """
    seen = queries.known(visit_id, actor=actor)
    if not policies.can_reveal(actor, seen.job.territory_id, seen.crew_ids):
        raise VisitNotFound(visit_id=str(visit_id))
    if seen.visit.state in rules.ENDED and not actor.works_in(seen.job.territory_id):
        raise ContactClosed(visit_id=str(visit_id))
    customer = db.session.get_one(Customer, seen.job.customer_id)
    audit.note("reveal-contact", "customers", customer.id, actor=actor, visit=visit_id)
    return Contact(customer.name, customer.phone, customer.phone_expires_at)
