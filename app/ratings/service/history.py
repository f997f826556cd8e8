"""Taking over finished visits from before: who did what for whom, and what was said of it.

One line is one visit. Nobody is told anything, nothing is planned and no calendar is held: the
rows say what was, so that scores, passports and reports begin with the past.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import sqlalchemy as sa

from app.catalogue import queries as catalogue
from app.catalogue.models import Brand, Category, ProductModel
from app.core import audit, clock, tasks
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound, problem_of
from app.core.imports import Context, Outcome
from app.customers import service as customers
from app.customers.models import Customer, Item
from app.jobs.models import Job, JobItem, JobState, Order, OrderJob, Payer
from app.jobs.queries.reading import free_numbers
from app.places import queries as places
from app.places import service as place_service
from app.places.models import Place, Territory
from app.planning.models import Assignment, Visit, VisitState
from app.ratings.models import Rating
from app.technicians import queries as technicians
from app.technicians.models import Technician
from app.visits.models import Verdict, VisitReport

Row = dict[str, Any]
Found = TypeVar("Found")
RECOMPUTE = "recompute-scores"


class HistoryNotValid(Invalid):
    """This line does not describe a visit that is over."""

    code = "history-not-valid"


class JobStillOpen(Conflict):
    """This order is being worked on here; its past is not to be imported."""

    code = "job-still-open"


@dataclass(frozen=True)
class Past:
    """One line of the file with everything it names found."""

    row: Row
    brand: Brand
    category: Category
    model: ProductModel | None
    territory: Territory
    technician: Technician
    started: datetime
    finished: datetime

    @property
    def is_completed(self) -> bool:
        return self.row["result"] is VisitState.COMPLETED


def apply(row: Row, context: Context) -> Outcome:
    """Take over one finished visit; the same line again changes nothing.

    Raises:
        HistoryNotValid: the line contradicts itself or names what is unknown.
        JobStillOpen: the order's job has not ended here.
    """
    past = _found(row, context)
    _check(past)
    order = _order(past)
    job = _job_of(order, past) if order else None
    if job is not None and _is_known(job, past):
        return Outcome.UNCHANGED
    if job is not None and job.state not in {JobState.DONE, JobState.FAILED}:
        raise JobStillOpen(job=job.number, state=job.state.value)

    ordinal = _next_ordinal(job) if job else 1
    job = job or _add_job(order, past, context)
    visit = _add_visit(job, ordinal, past)
    if row["professional"] is not None:
        _add_rating(visit, job, past)
    audit.note("import-history", "visits", visit.id, actor=context.actor, job=job.number)
    _score_later(context)
    return Outcome.CREATED


def _found(row: Row, context: Context) -> Past:
    brand = _named(context, "brand", row["brand"], catalogue.brand_by_code)
    territory = _named(context, "territory", row["territory"], places.territory_by_code)
    model = _model(row, brand, context)

    def by_code(code: str) -> Technician:
        return technicians.by_code(code, actor=context.actor)

    def local(moment: datetime) -> datetime:
        return clock.at_local(moment.date(), moment.time(), territory.timezone)

    return Past(
        row=row,
        brand=brand,
        category=_category(row, model, context),
        model=model,
        territory=territory,
        technician=_named(context, "technician", row["technician"], by_code),
        started=local(row["started"]),
        finished=local(row["finished"]),
    )


def _model(row: Row, brand: Brand, context: Context) -> ProductModel | None:
    if not row["model"]:
        return None

    def by_code(_: str) -> ProductModel:
        return catalogue.model_by_code(brand.id, row["model"])

    return _named(context, "model", f"{brand.code}/{row['model']}", by_code)


def _category(row: Row, model: ProductModel | None, context: Context) -> Category:
    if model is not None:
        key = model.category_id
        return context.once(("category", key), lambda: db.session.get_one(Category, key))
    if not row["category"]:
        raise HistoryNotValid(errors=[problem_of("category", "is missing", remedy="or the model")])
    return _named(context, "category", row["category"], catalogue.category_by_code)


def _named(context: Context, field: str, code: str, find: Callable[[str], Found]) -> Found:
    try:
        return context.once((field, code), lambda: find(code))
    except NotFound as error:
        raise HistoryNotValid(errors=[problem_of(field, error.title(), value=code)]) from error


def _check(past: Past) -> None:
    row = past.row
    stars = [row["professional"], row["attitude"]]
    doubts = (
        ("finished", "is not after the start", past.finished <= past.started),
        ("finished", "is in the future", past.finished > clock.now()),
        ("failure", "is missing", not past.is_completed and row["failure"] is None),
        ("failure", "does not fit a completed visit", past.is_completed and row["failure"]),
        ("professional", "is rated alone", (stars[0] is None) != (stars[1] is None)),
        ("professional", "rates a failed visit", not past.is_completed and any(stars)),
        ("rated_at", "is before the visit ended", _rated_at(past) < past.finished),
    )
    faults = [problem_of(field, message) for field, message, holds in doubts if holds]
    if faults:
        raise HistoryNotValid(errors=faults)


def _rated_at(past: Past) -> datetime:
    told: datetime | None = past.row["rated_at"]
    if told is None:
        return past.finished
    return clock.at_local(told.date(), told.time(), past.territory.timezone)


def _order(past: Past) -> Order | None:
    chosen = sa.select(Order).where(
        Order.brand_id == past.brand.id, Order.reference == past.row["order_no"]
    )
    return db.session.scalar(chosen)


def _job_of(order: Order, past: Past) -> Job | None:
    chosen = (
        sa.select(Job)
        .join(OrderJob, OrderJob.job_id == Job.id)
        .where(OrderJob.order_id == order.id, Job.job_type == past.row["job_type"])
        .where(Job.category_id == past.category.id)
        .order_by(Job.created_at)
    )
    return db.session.scalars(chosen).first()


def _is_known(job: Job, past: Past) -> bool:
    same = (
        sa.select(Visit.id)
        .join(Assignment, Assignment.visit_id == Visit.id)
        .where(Visit.job_id == job.id, Assignment.technician_id == past.technician.id)
        .where(Assignment.starts_at == past.started)
    )
    return db.session.scalar(same) is not None


def _add_job(order: Order | None, past: Past, context: Context) -> Job:
    row = past.row
    customer = customers.find_or_create(row["customer_name"], row["phone"], actor=context.actor)
    position = None if row["lat"] is None else (row["lat"], row["lon"])
    place = place_service.find_or_create(
        customer.person,
        territory=past.territory,
        actor=context.actor,
        address=row["address"],
        position=position,
    )
    job = Job(
        id=uuid4(),
        person=customer.person,
        number=free_numbers(1)[0],
        job_type=row["job_type"],
        brand_id=past.brand.id,
        category_id=past.category.id,
        model_id=past.model.id if past.model else None,
        customer_id=customer.id,
        place_id=place.id,
        territory_id=past.territory.id,
        work_seconds=int((past.finished - past.started).total_seconds()),
        created_at=past.started,
        released_at=past.started,
    )
    job.state = JobState.DONE if past.is_completed else JobState.FAILED
    order = order or _new_order(past, customer)
    items = _items(customer, place, past, context)
    db.session.add_all([order, job])
    db.session.flush()
    db.session.add(OrderJob(order_id=order.id, job_id=job.id))
    db.session.add_all(JobItem(job_id=job.id, item_id=item.id) for item in items)
    return job


def _new_order(past: Past, customer: Customer) -> Order:
    reference = past.row["order_no"]
    return Order(
        id=uuid4(),
        person=customer.person,
        brand_id=past.brand.id,
        reference=reference,
        customer_id=customer.id,
        payer=Payer.BRAND,
        fingerprint=hashlib.sha256(f"history:{reference}".encode()).hexdigest(),
        received_at=past.started,
    )


def _items(customer: Customer, place: Place, past: Past, context: Context) -> list[Item]:
    if past.model is None:
        return []
    return customers.items_for(
        customer,
        past.model.id,
        quantity=1,
        place_id=place.id,
        serial=past.row["serial"],
        actor=context.actor,
    )


def _next_ordinal(job: Job) -> int:
    last = db.session.scalar(sa.select(sa.func.max(Visit.ordinal)).where(Visit.job_id == job.id))
    return (last or 0) + 1


def _add_visit(job: Job, ordinal: int, past: Past) -> Visit:
    visit = Visit(id=uuid4(), job_id=job.id, ordinal=ordinal)
    visit.state, visit.finished_at = past.row["result"], past.finished
    if past.is_completed:
        job.state = JobState.DONE
    db.session.add(visit)
    db.session.flush()
    db.session.add_all([_assignment(visit.id, past), _report(visit.id, job, past)])
    return visit


def _assignment(visit_id: UUID, past: Past) -> Assignment:
    """Say who was there; inactive, because the past takes nobody's time."""
    return Assignment(
        visit_id=visit_id,
        seat=0,
        technician_id=past.technician.id,
        day=clock.local_day(past.started, past.territory.timezone),
        sequence=0,
        starts_at=past.started,
        ends_at=past.finished,
        active=False,
    )


def _report(visit_id: UUID, job: Job, past: Past) -> VisitReport:
    return VisitReport(
        person=job.person,
        visit_id=visit_id,
        technician_id=past.technician.id,
        state=past.row["result"],
        failure=past.row["failure"],
        reported_at=past.finished,
        received_at=clock.now(),
        happened_at=past.finished,
        device=f"history:{visit_id}",
        sequence=0,
        verdict=Verdict.APPLIED,
    )


def _add_rating(visit: Visit, job: Job, past: Past) -> None:
    rating = Rating(
        person=job.person,
        visit_id=visit.id,
        technician_id=past.technician.id,
        category_id=past.category.id,
        professional=past.row["professional"],
        attitude=past.row["attitude"],
        rated_at=_rated_at(past),
    )
    rating.comment = past.row["comment"] or None
    db.session.add(rating)


def _score_later(context: Context) -> None:
    """Have everybody scored once, however long the file is."""
    context.once(RECOMPUTE, lambda: tasks.enqueue(RECOMPUTE, {}))
