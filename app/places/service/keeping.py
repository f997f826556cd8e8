"""Keeping territories, their gazetteer and their time of day."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from app.core import settings
from app.core.db import db
from app.core.errors import Conflict, Invalid, problem_of
from app.core.policies import Actor, require
from app.core.saving import save
from app.places import policies, queries
from app.places.models import Datum, Landmark, LandmarkKind, SpeedProfile, Territory
from app.places.rules import (
    check_factors,
    check_position,
    check_served,
    coefficients_of,
    longest_leg_seconds,
    to_wgs84,
)
from app.places.rules.profile import DAY_CLASSES, Factors


class TerritoryCodeTaken(Conflict):
    """Another territory has this code."""

    code = "territory-code-taken"


class TerritoryNotValid(Invalid):
    """A territory cannot be like this."""

    code = "territory-not-valid"


def create_territory(facts: Mapping[str, Any], *, actor: Actor) -> Territory:
    """Open a territory.

    Raises:
        Forbidden: the actor may not keep territories.
        TerritoryCodeTaken: the code is in use.
        TerritoryNotValid: time zone or country is unknown.
        PositionNotOnEarth: the centre is no position.
    """
    require(policies.can_keep_territories(actor), "create-territory")
    _check(facts)
    try:
        queries.territory_by_code(facts["code"])
    except queries.TerritoryNotFound:
        territory = Territory(code=facts["code"].upper())
    else:
        raise TerritoryCodeTaken(value=facts["code"])
    db.session.add(territory)
    rest = {name: value for name, value in facts.items() if name != "code"}
    save("create-territory", territory, rest, actor=actor)
    return territory


def change_territory(territory: Territory, facts: Mapping[str, Any], *, actor: Actor) -> Territory:
    """Change what a territory is; its code stays.

    Raises:
        Forbidden: the actor may not keep territories.
        TerritoryNotValid: time zone or country is unknown.
        PositionNotOnEarth: the centre is no position.
    """
    require(policies.can_keep_territories(actor), "change-territory")
    centre = {"lat": territory.lat, "lon": territory.lon}
    _check(centre | dict(facts))
    save("change-territory", territory, facts, actor=actor)
    return territory


def _check(facts: Mapping[str, Any]) -> None:
    check_position((facts["lat"], facts["lon"]))
    errors = []
    zone, country = facts.get("timezone"), facts.get("country")
    if zone is not None and zone not in available_timezones():
        remedy = "write an IANA zone such as Asia/Shanghai"
        errors.append(problem_of("timezone", "is unknown", value=zone, remedy=remedy))
    if country is not None and not (len(country) == 2 and country.isalpha() and country.isupper()):
        remedy = "write two capital letters such as CN"
        errors.append(problem_of("country", "is no country code", value=country, remedy=remedy))
    if errors:
        raise TerritoryNotValid(errors=errors)


def save_landmark(
    territory: Territory, facts: Mapping[str, Any], *, datum: Datum, actor: Actor
) -> Landmark:
    """Enter a landmark, or change the one of this kind and name.

    Args:
        territory: Whose gazetteer.
        facts: The landmark's columns; ``lat`` and ``lon`` in ``datum``, kept in WGS-84.
        datum: What the position came in.
        actor: Who does.

    Raises:
        Forbidden: the actor does not dispatch this territory.
        PositionOutsideArea: it lies outside the service area.
    """
    require(policies.can_keep_landmarks(actor, territory), "save-landmark")
    kind, name = LandmarkKind(facts["kind"]), facts["name"]
    values = dict(facts)
    if facts.get("lat") is not None:
        check_position((facts["lat"], facts["lon"]))
        values["lat"], values["lon"] = to_wgs84((facts["lat"], facts["lon"]), datum)
        check_served((values["lat"], values["lon"]), territory)
    landmark = queries.landmark_named(territory.id, kind, name)
    if landmark is None:
        landmark = Landmark(territory_id=territory.id, kind=kind, name=name)
        db.session.add(landmark)
    save("save-landmark", landmark, values, actor=actor)
    return landmark


def save_speed_profile(
    territory_id: UUID, kind: str, factors: Factors, *, actor: Actor
) -> SpeedProfile:
    """Set how travel goes by the time of day, on a class of days of a territory.

    Raises:
        Forbidden: the actor may not keep territories.
        TerritoryNotValid: there is no such class of days.
        FactorsNotUsable: somewhere, leaving later would arrive earlier.
    """
    require(policies.can_keep_territories(actor), "save-speed-profile")
    if kind not in DAY_CLASSES:
        remedy = f"use one of {', '.join(DAY_CLASSES)}"
        message = "is no class of days"
        raise TerritoryNotValid(
            errors=[problem_of("day_class", message, value=kind, remedy=remedy)]
        )
    territory = queries.territory(territory_id)
    longest = longest_leg_seconds(territory.radius_km, coefficients_of(territory))
    longest += settings.current().approximate_allowance_seconds
    check_factors(factors, longest_seconds=longest)
    profile = queries.speed_profile(territory_id, kind)
    if profile is None:
        profile = SpeedProfile(territory_id=territory_id, day_class=kind)
        db.session.add(profile)
    plain = [[int(second), float(factor)] for second, factor in factors]
    save("save-speed-profile", profile, {"factors": plain}, actor=actor)
    return profile
