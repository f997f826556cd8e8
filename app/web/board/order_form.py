"""The form of one job: its fields as text, read into an order, its faults by field."""

import secrets
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from app.catalogue.models import JobType
from app.core import cells, clock
from app.core.errors import Invalid, problem_of
from app.jobs.queries import JobView
from app.jobs.rules.messages import MessageDraft
from app.jobs.rules.orders import NewCustomer, NewItem, NewJob, NewOrder, NewPlace
from app.jobs.service import JobChange
from app.places.models import Territory
from app.web.board.words import field_name

Values = Mapping[str, str]

PARSERS: dict[str, Callable[[str], Any]] = {
    "brand": cells.code,
    "order_no": cells.short(80),
    "job_type": JobType,
    "category": cells.code,
    "model": cells.code,
    "quantity": cells.whole(1, 50),
    "serial": cells.short(80),
    "customer_name": cells.short(120),
    "phone": cells.short(60),
    "address": cells.short(300),
    "district": cells.short(120),
    "floor": cells.whole(-10, 200),
    "has_lift": cells.yes_no,
    "date": cells.day,
    "window_start": cells.clock_time,
    "window_end": cells.clock_time,
    "minutes": cells.whole(1, 43_200),
    "priority": cells.whole(1, 5),
    "notes": cells.short(4000),
}
SURE = 0.7
"""A finding below this is marked for a second look."""
REQUIRED = ("brand", "job_type", "customer_name", "phone", "address")


def read(form: Values, territory: Territory) -> NewOrder:
    """Read the form into an order of one job.

    Raises:
        Invalid: with every field that cannot be read.
    """
    values = parsed(form)
    customer = NewCustomer(name=values["customer_name"], phone=values["phone"])
    return NewOrder(
        brand=values["brand"],
        reference=values["order_no"] or new_reference(),
        customer=customer,
        jobs=(_job(values, territory, is_confirmed=bool(form.get("confirmed"))),),
    )


def parsed(form: Values, required: Collection[str] = REQUIRED) -> dict[str, Any]:
    """Read every field; ``None`` where it is empty.

    Raises:
        Invalid: with every field that cannot be read.
    """
    values: dict[str, Any] = {}
    faults = []
    for field, parse in PARSERS.items():
        text = form.get(field, "").strip()
        if not text and field in required:
            faults.append(problem_of(field, "is missing"))
        try:
            values[field] = parse(text) if text else None
        except ValueError as error:
            said = str(error) if parse.__module__ == cells.__name__ else "cannot be read"
            faults.append(problem_of(field, said, value=text[:100]))
    if faults:
        raise Invalid(errors=faults)
    return values


def window_of(values: Mapping[str, Any], zone: str) -> tuple[datetime, datetime] | None:
    """Return the window's instants, or nothing where no day is given.

    Raises:
        Invalid: a day without times, or times without a day.
    """
    given = [values["date"], values["window_start"], values["window_end"]]
    if not any(given):
        return None
    if not all(given):
        raise Invalid(errors=[problem_of("date", "needs a day, a start and an end together")])
    day, start, end = given
    return clock.at_local(day, start, zone), clock.at_local(day, end, zone)


def new_reference() -> str:
    """Return a reference for what came by telephone."""
    return f"DESK-{secrets.token_hex(4).upper()}"


def _job(values: dict[str, Any], territory: Territory, *, is_confirmed: bool) -> NewJob:
    items: tuple[NewItem, ...] = ()
    if values["model"]:
        items = (NewItem(values["model"], values["quantity"] or 1, values["serial"]),)
    return NewJob(
        job_type=values["job_type"],
        place=_place(values, territory),
        category=values["category"],
        items=items,
        window=window_of(values, territory.timezone),
        is_confirmed=is_confirmed,
        work_seconds=values["minutes"] * 60 if values["minutes"] else None,
        priority=values["priority"] or 1,
        notes=values["notes"],
    )


def of_job(view: JobView) -> dict[str, str]:
    """Return the form of a job as it is; the consumer's data is not in it: empty keeps it."""
    job, zone = view.job, ZoneInfo(view.territory.timezone)
    start = job.window_start.astimezone(zone) if job.window_start else None
    end = job.window_end.astimezone(zone) if job.window_end else None
    return {
        "job_type": job.job_type.value,
        "brand": view.brand.code,
        "date": f"{start:%Y-%m-%d}" if start else "",
        "window_start": f"{start:%H:%M}" if start else "",
        "window_end": f"{end:%H:%M}" if end else "",
        "confirmed": "1" if job.window_confirmed_at else "",
        "minutes": str(job.work_seconds // 60) if job.work_seconds else "",
        "priority": str(job.priority),
        "notes": job.notes or "",
    }


def changes(form: Values, view: JobView) -> JobChange:
    """Read what the form changes in a job; an empty name, number or address stays.

    Raises:
        Invalid: with every field that cannot be read.
    """
    values = parsed(form, required=())
    columns = {"priority": values["priority"] or 1, "notes": values["notes"]}
    if values["minutes"]:
        columns["work_seconds"] = values["minutes"] * 60
    contact = {"name": values["customer_name"], "phone": values["phone"]}
    return JobChange(
        columns=columns,
        window=window_of(values, view.territory.timezone),
        sets_window=True,
        place=_place(values, view.territory) if values["address"] else None,
        contact={name: value for name, value in contact.items() if value},
    )


def _place(values: dict[str, Any], territory: Territory) -> NewPlace:
    return NewPlace(
        address=values["address"],
        territory=territory.code,
        district=values["district"],
        floor=values["floor"],
        has_lift=values["has_lift"],
    )


def of_draft(draft: MessageDraft) -> tuple[dict[str, str], list[tuple[str, str, bool]]]:
    """Return the form filled from a message, and what was found: field, value, sure or not."""
    values = {name: _text(guess.value) for name, guess in draft.fields.items()}
    found = [
        (field_name(name), values[name], guess.confidence >= SURE)
        for name, guess in draft.fields.items()
    ]
    if draft.rest and "notes" not in values:
        values["notes"] = draft.rest
    return {"job_type": "install", "quantity": "1", "priority": "1"} | values, found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(getattr(value, "value", value))
