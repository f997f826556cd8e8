"""Adding and changing licences that belong to no brand."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.catalogue.service import require_order
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict
from app.core.events import record
from app.core.policies import Actor, require
from app.core.saving import save
from app.technicians import policies, queries
from app.technicians.events import LicenceChanged
from app.technicians.models import Licence


class LicenceExists(Conflict):
    """The technician has this licence from that day on already."""

    code = "licence-exists"


def add_licence(technician_id: UUID, values: Mapping[str, Any], *, actor: Actor) -> Licence:
    """Record that a technician holds a licence; a dispatcher of the territory has seen it.

    Raises:
        TechnicianNotFound: there is none for this actor.
        LicenceExists: the same one from the same day is there.
        DatesNotInOrder: it ends before it begins.
    """
    technician = queries.get(technician_id, actor=actor, locked=True)
    require(policies.can_approve(actor, technician), "add-licence")
    require_order(values["valid_from"], values.get("valid_until"))
    if of_scope(technician.id, values) is not None:
        raise LicenceExists(technician=technician.code)
    return _write("add-licence", Licence(technician_id=technician.id), values, actor)


def change_licence(
    technician_id: UUID, licence_id: UUID, changes: Mapping[str, Any], *, actor: Actor
) -> Licence:
    """Change a licence's number or last day.

    Raises:
        LicenceNotFound: the technician has no such licence.
        DatesNotInOrder: it would end before it begins.
    """
    technician = queries.get(technician_id, actor=actor, locked=True)
    licence = queries.owned(Licence, licence_id, technician=technician, locked=True)
    require(policies.can_approve(actor, technician), "change-licence")
    require_order(licence.valid_from, changes.get("valid_until"))
    return _write("change-licence", licence, changes, actor)


def of_scope(technician_id: UUID, values: Mapping[str, Any]) -> Licence | None:
    """Return the technician's licence of exactly this kind and first day."""
    chosen = sa.select(Licence).where(
        Licence.technician_id == technician_id,
        Licence.kind == values["kind"],
        Licence.valid_from == values["valid_from"],
    )
    return db.session.scalar(chosen)


def _write(action: str, licence: Licence, values: Mapping[str, Any], actor: Actor) -> Licence:
    db.session.add(licence)
    if save(action, licence, values, actor=actor):
        record(
            LicenceChanged(
                at=clock.now(), technician_id=licence.technician_id, licence_id=licence.id
            )
        )
    return licence
