"""Who may enter, and with which keys programs do: the administrators' pages."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.accounts import queries, service
from app.accounts.models import ApiKey, Partner, User
from app.catalogue import queries as goods
from app.catalogue.models import Brand
from app.core.db import db, savepoint
from app.core.errors import DomainError, Invalid
from app.core.policies import Role
from app.http.actor import current_actor
from app.http.paging import paginate
from app.places.models import Territory
from app.web.board.blueprint import administrators, blueprint
from app.web.board.words import refusal_text
from app.web.shared.problems import faults_by_field

ENTERING = [role for role in Role if role is not Role.CONSUMER]


@blueprint.get("/people")
@administrators
def people() -> ResponseReturnValue:
    """List who may enter, narrowed by role, and those who no longer may."""
    wanted = request.args.get("role", "")
    role = Role(wanted) if wanted in set(Role) else None
    shut_out = bool(request.args.get("shut_out"))
    page = paginate(
        queries.users(role=role, disabled=shut_out),
        order=User.login,
        key=User.id,
        cursor=request.args.get("cursor"),
    )
    return render_template(
        "board/people.html",
        rows=queries.told(page.items),
        following=page.next,
        asked={"role": wanted, "shut_out": shut_out},
        roles=ENTERING,
    )


@blueprint.get("/people/new")
@administrators
def new_person() -> ResponseReturnValue:
    return _form(None, {"roles": [Role.DISPATCHER], "territories": []})


@blueprint.post("/people/new")
@administrators
def let_in() -> ResponseReturnValue:
    """Let somebody in, or show the form again with what is wrong."""
    sent = request.form
    try:
        new = service.NewUser(
            login=sent.get("login", "").strip(),
            name=sent.get("name", "").strip() or sent.get("login", ""),
            password=sent.get("password") or None,
            **_sent(),
        )
        user = service.create_user(new, actor=current_actor())
    except Invalid as error:
        return _form(None, _as_sent(), faults_by_field(error)), 422
    except DomainError as error:
        return _form(None, _as_sent(), {"login": gettext(error.title())}), 409
    flash(gettext("%(login)s may sign in.", login=user.login), "ok")
    return redirect(url_for("board.person", user_id=user.id), 303)


@blueprint.get("/people/<uuid:user_id>")
@administrators
def person(user_id: UUID) -> ResponseReturnValue:
    user = queries.get_user(user_id)
    return _form(user, _values(user))


@blueprint.post("/people/<uuid:user_id>")
@administrators
def change_person(user_id: UUID) -> ResponseReturnValue:
    """Keep what was changed, unless somebody else has changed the user meanwhile."""
    user = queries.get_user(user_id, locked=True)
    if str(user.version) != request.form.get("version"):
        late = gettext("Somebody else has changed this user meanwhile: look at it again.")
        return _form(user, _values(user), {"": late}), 409
    name = request.form.get("name", "").strip()
    try:
        with savepoint():
            values = _sent() | ({"name": name} if name else {})
            service.change_user(user_id, values, actor=current_actor())
    except Invalid as error:
        return _refused(user_id, faults_by_field(error)), 422
    except DomainError as error:
        return _refused(user_id, {"": gettext(error.title())}), 409
    return _back(user_id, gettext("Saved."))


@blueprint.post("/people/<uuid:user_id>/password")
@administrators
def give_password(user_id: UUID) -> ResponseReturnValue:
    user = queries.get_user(user_id)
    try:
        service.set_password(user.login, request.form.get("password", ""), actor=current_actor())
    except Invalid as error:
        return _form(user, _values(user), faults_by_field(error)), 422
    return _back(user_id, gettext("The password is changed; they are signed out everywhere."))


@blueprint.post("/people/<uuid:user_id>/disable")
@administrators
def shut_out(user_id: UUID) -> ResponseReturnValue:
    """Shut a user out at once; a reason is needed."""
    user, reason = queries.get_user(user_id), request.form.get("reason", "").strip()
    if not reason:
        return _form(user, _values(user), {"reason": gettext("is missing")}), 422
    try:
        with savepoint():
            service.disable_user(user.login, reason=reason, actor=current_actor())
    except DomainError as error:
        return _refused(user_id, {"reason": gettext(error.title())}), 409
    return _back(user_id, gettext("They are shut out, and signed out everywhere."))


@blueprint.post("/people/<uuid:user_id>/enable")
@administrators
def let_in_again(user_id: UUID) -> ResponseReturnValue:
    service.enable_user(queries.get_user(user_id).login, actor=current_actor())
    return _back(user_id, gettext("They may sign in again."))


@blueprint.get("/keys")
@administrators
def keys() -> ResponseReturnValue:
    return _keys()


@blueprint.post("/keys")
@administrators
def issue() -> ResponseReturnValue:
    """Issue a token or key and show its secret, this once."""
    sent = request.form
    try:
        user = queries.named(sent["user"]) if sent.get("user") else None
        brand = goods.brand_by_code(sent["brand"]) if sent.get("brand") else None
        _, secret = service.issue_key(
            sent.get("name", "").strip() or gettext("unnamed"),
            user_id=user.id if user else None,
            brand_id=brand.id if brand else None,
            scopes=("read",) if sent.get("read_only") else service.SCOPES,
            actor=current_actor(),
        )
    except DomainError as error:
        return _keys(refused=refusal_text(error)), 422
    return _keys(secret=secret)


@blueprint.post("/keys/<uuid:key_id>/revoke")
@administrators
def revoke(key_id: UUID) -> ResponseReturnValue:
    service.revoke_key(key_id, actor=current_actor())
    flash(gettext("The key is revoked: it no longer works."), "ok")
    return redirect(url_for("board.keys"), 303)


def _keys(*, secret: str = "", refused: str = "") -> str:
    cursor = request.args.get("cursor")
    page = paginate(
        queries.keys(), order=ApiKey.created_at, key=ApiKey.id, cursor=cursor, descending=True
    )
    return render_template(
        "board/keys.html",
        rows=queries.keys_told(page.items),
        following=page.next,
        secret=secret,
        refused=refused,
        sent=request.form,
        brands=_all(Brand),
    )


def _sent() -> dict[str, Any]:
    """Read from the form what a user is."""
    chosen = request.form.getlist("roles")
    brand, partner = request.form.get("brand"), request.form.get("partner")
    places = sa.select(Territory.id).where(Territory.code.in_(request.form.getlist("territories")))
    return {
        "roles": frozenset(role for role in ENTERING if role.value in chosen),
        "territory_ids": frozenset(db.session.scalars(places)),
        "brand_id": goods.brand_by_code(brand).id if brand else None,
        "partner_id": queries.partner_by_code(partner).id if partner else None,
    }


def _as_sent() -> dict[str, Any]:
    lists = {name: request.form.getlist(name) for name in ("roles", "territories")}
    return request.form.to_dict() | lists


def _values(user: User) -> dict[str, Any]:
    [shown] = queries.told([user])
    return shown


def _refused(user_id: UUID, errors: dict[str, str]) -> str:
    """Show the form as it was sent."""
    user = queries.get_user(user_id)
    return _form(user, _values(user) | _as_sent(), errors)


def _form(user: User | None, values: dict[str, Any], errors: dict[str, str] | None = None) -> str:
    return render_template(
        "board/person.html",
        user=user,
        values=values,
        errors=errors or {},
        roles=ENTERING,
        territories=_all(Territory),
        brands=_all(Brand),
        partners=_all(Partner),
    )


def _all(kind: Any) -> list[Any]:
    return list(db.session.scalars(sa.select(kind).order_by(kind.code)))


def _back(user_id: UUID, said: str) -> ResponseReturnValue:
    flash(said, "ok")
    return redirect(url_for("board.person", user_id=user_id), 303)
