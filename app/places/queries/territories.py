"""Reading territories and their gazetteer."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.core.db import Model, db
from app.core.errors import NotFound
from app.core.policies import Actor, Role
from app.places.models import Landmark, LandmarkKind, Territory


class TerritoryNotFound(NotFound):
    """There is no such territory."""

    code = "territory-not-found"


class LandmarkNotFound(NotFound):
    """There is no such landmark."""

    code = "landmark-not-found"


def territory(territory_id: UUID) -> Territory:
    """Return a territory.

    Raises:
        TerritoryNotFound: there is none.
    """
    found = db.session.get(Territory, territory_id)
    if found is None:
        raise TerritoryNotFound(territory_id=territory_id)
    return found


def territory_by_code(code: str) -> Territory:
    """Return the territory of a code, in whatever case it is written.

    Raises:
        TerritoryNotFound: there is none.
    """
    wanted = code.strip().upper()
    found = db.session.scalar(sa.select(Territory).where(sa.func.upper(Territory.code) == wanted))
    if found is None:
        raise TerritoryNotFound(value=code, field="territory")
    return found


def territories(actor: Actor) -> sa.Select[Any]:
    """Select the territories an actor may know of.

    Brands and partners name them in orders and see them all; a dispatcher sees their own.
    """
    chosen = sa.select(Territory)
    if actor.is_administrator or actor.has(Role.BRAND, Role.PARTNER):
        return chosen
    return chosen.where(Territory.id.in_(actor.territory_ids))


def territory_of(territory_id: UUID, actor: Actor, *, locked: bool = False) -> Territory:
    """Return a territory if the actor may know of it, locked and fresh where it is to change.

    Raises:
        TerritoryNotFound: there is none for this actor.
    """
    chosen = territories(actor).where(Territory.id == territory_id)
    found: Territory | None = db.session.scalar(for_update(chosen) if locked else chosen)
    if found is None:
        raise TerritoryNotFound(territory_id=territory_id)
    return found


def territory_coded(code: str, actor: Actor) -> Territory:
    """Return the territory of a code if the actor may know of it.

    Raises:
        TerritoryNotFound: there is none for this actor.
    """
    found = territory_by_code(code)
    if db.session.scalar(territories(actor).where(Territory.id == found.id)) is None:
        raise TerritoryNotFound(value=code, field="territory")
    return found


def for_update(chosen: sa.Select[Any], of: type[Model] = Territory) -> sa.Select[Any]:
    """Lock the selected rows of one table and read them afresh."""
    return chosen.with_for_update(of=of).execution_options(populate_existing=True)


def landmark_named(territory_id: UUID, kind: LandmarkKind, name: str) -> Landmark | None:
    return db.session.scalar(
        sa.select(Landmark).where(
            Landmark.territory_id == territory_id, Landmark.kind == kind, Landmark.name == name
        )
    )
