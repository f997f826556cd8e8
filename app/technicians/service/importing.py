"""How rows of technicians' import files are written."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from app.accounts import queries as accounts
from app.accounts.models import User
from app.catalogue.service.importing import brand_of, category_of, minor_of, named, refuse
from app.core import cells, clock, phones, settings
from app.core.columns import Row
from app.core.db import db
from app.core.errors import problem_of
from app.core.imports import Context, Outcome
from app.core.saving import RowDiffers, given, merge
from app.places import queries as places
from app.places.models import Datum, Place
from app.technicians import queries
from app.technicians.models import Absence, Shift, Technician
from app.technicians.service import absences, certificates, licences, people, shifts

PLAIN = ("code", "name", "phone", "vehicle", "team_size", "pace", "tools", "stock")
DATED = ("identity_until", "insured_until", "joined_on")
SHIFT = ("overtime_minutes", "max_jobs", "max_km")


def parse_phone(cell: str) -> str:
    return str(phones.parse(cell))


def parse_end(cell: str) -> datetime:
    """Read when an absence ends; a day alone means until its end."""
    end = cells.local_moment(cell)
    return end if ":" in cell or "：" in cell else end + timedelta(days=1)


def apply_technician(row: Row, context: Context) -> Outcome:
    values = _technician_values(row, context)
    home = _home_of(row)
    known = db.session.scalar(queries.visible(context.actor).where(Technician.code == row["code"]))
    if known is None:
        people.add_technician(values, home=home, actor=context.actor)
        return Outcome.CREATED
    change = partial(people.change_technician, known.id, actor=context.actor)
    outcome = merge(known, values, context, change)
    if home is None or _lives_there(known, home):
        return outcome
    if not context.update:
        message, remedy = "differs from what is there", "import with update to change it"
        raise RowDiffers(errors=[problem_of("home_address", message, remedy=remedy)])
    change({}, home=home)
    return Outcome.UPDATED


def _technician_values(row: Row, context: Context) -> dict[str, Any]:
    values = given(row, *PLAIN, *DATED)
    territory = named("territory", row["territory"], context, places.territory_by_code)
    values["territory_id"] = territory.id
    if row["partner"]:
        partner = named("partner", row["partner"], context, accounts.partner_by_code)
        values["partner_id"] = partner.id
    if row["login"]:
        values["user_id"] = named("login", row["login"], context, _user_of).id
    for name in ("cost_per_hour", "cost_per_km"):
        if row[name] is not None:
            values[f"{name}_minor"] = minor_of(name, row[name], settings.current().currency)
    return values


def _user_of(login: str) -> User:
    user = accounts.user_by_login(login)
    if user is None:
        raise accounts.UserNotFound(login=login)
    return user


def _home_of(row: Row) -> people.Home | None:
    lat, lon = row["home_lat"], row["home_lon"]
    if (lat is None) != (lon is None):
        refuse("home_lat", "needs both a latitude and a longitude")
    if row["home_address"] is None:
        if lat is not None:
            refuse("home_address", "is missing beside the position")
        return None
    position = None if lat is None else (lat, lon)
    return people.Home(row["home_address"], position, row["datum"] or Datum.WGS84)


def _lives_there(technician: Technician, home: people.Home) -> bool:
    place = db.session.get(Place, technician.home_id) if technician.home_id else None
    if place is None or place.address != home.address:
        return False
    return home.position is None or place.lat is not None


def technician_of(row: Row, context: Context) -> Technician:
    """Return the technician whom a line names, if the actor may see them."""
    look_up = partial(queries.by_code, actor=context.actor)
    return named("technician", row["technician"], context, look_up)


def _zone_of(technician: Technician, context: Context) -> str:
    return context.once(("zone", technician.id), lambda: queries.zone_of(technician))


def apply_shift(row: Row, context: Context) -> Outcome:
    technician = technician_of(row, context)
    at = partial(clock.at_local, row["date"], zone=_zone_of(technician, context))
    values = given(row, *SHIFT) | {"starts_at": at(row["start"]), "ends_at": at(row["end"])}
    if rest := _break_of(row, at):
        values["breaks"] = [rest]
    same = (Shift.technician_id == technician.id, Shift.starts_at == values["starts_at"])
    shift = db.session.scalar(sa.select(Shift).where(*same))
    if shift is None:
        shifts.add_shift(technician.id, values, actor=context.actor)
        return Outcome.CREATED
    owner, key = technician.id, shift.id
    stored = values | {"breaks": [shifts.stored(rest)] if rest else None}
    return merge(
        shift,
        stored,
        context,
        lambda new: shifts.change_shift(
            owner, key, {name: values[name] for name in new}, actor=context.actor
        ),
    )


def _break_of(row: Row, at: Callable[[time], datetime]) -> dict[str, Any] | None:
    names = ("break_earliest", "break_latest", "break_minutes")
    found = [row[name] for name in names]
    if all(value is None for value in found):
        return None
    if None in found:
        refuse("break_earliest", "needs earliest, latest and minutes of the break together")
    return {"earliest": at(found[0]), "latest": at(found[1]), "minutes": found[2]}


def apply_absence(row: Row, context: Context) -> Outcome:
    technician = technician_of(row, context)
    zone = _zone_of(technician, context)
    starts_at, ends_at = (
        clock.at_local(moment.date(), moment.time(), zone) for moment in (row["start"], row["end"])
    )
    values = {"kind": row["kind"], "starts_at": starts_at, "ends_at": ends_at}
    same = (Absence.technician_id == technician.id, Absence.starts_at == starts_at)
    absence = db.session.scalar(sa.select(Absence).where(*same))
    if absence is None:
        absences.declare_absence(technician.id, values, actor=context.actor)
        return Outcome.CREATED
    change = partial(absences.change_absence, technician.id, absence.id, actor=context.actor)
    return merge(absence, values, context, change)


def apply_certificate(row: Row, context: Context) -> Outcome:
    technician = technician_of(row, context)
    values = given(row, "job_type", "level", "valid_from", "valid_until", "evidence", "state")
    values["brand_id"] = brand_of(row, context).id
    values["category_id"] = category_of(row, context).id
    held = certificates.of_scope(technician.id, values)
    if held is None:
        certificates.add_certificate(technician.id, values, actor=context.actor)
        return Outcome.CREATED
    change = partial(certificates.change_certificate, technician.id, held.id, actor=context.actor)
    return merge(held, values, context, change)


def apply_licence(row: Row, context: Context) -> Outcome:
    technician = technician_of(row, context)
    values = given(row, "kind", "number", "valid_from", "valid_until")
    held = licences.of_scope(technician.id, values)
    if held is None:
        licences.add_licence(technician.id, values, actor=context.actor)
        return Outcome.CREATED
    change = partial(licences.change_licence, technician.id, held.id, actor=context.actor)
    return merge(held, values, context, change)
