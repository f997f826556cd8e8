"""Users, as administrators keep them."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from app.accounts import queries, service
from app.accounts.models import User
from app.accounts.routes.mounting import users as blueprint
from app.accounts.schemas import (
    NewUserSchema,
    PasswordSchema,
    ShutOutSchema,
    UserArguments,
    UserChangesSchema,
    UserSchema,
)
from app.catalogue.queries import brand_by_code
from app.core.policies import Role
from app.core.references import referred
from app.http.actor import current_actor
from app.http.guards import allow
from app.http.paging import page_schema, paginate
from app.places.queries import territory_by_code


def values_of(sent: dict[str, Any]) -> dict[str, Any]:
    """Turn the codes of a body into what they name."""
    values = dict(sent)
    if "territories" in values:
        codes = values.pop("territories")
        values["territory_ids"] = frozenset(
            referred("territories", code, territory_by_code).id for code in codes
        )
    if "brand" in values:
        code = values.pop("brand")
        values["brand_id"] = referred("brand", code, brand_by_code).id if code else None
    if "partner" in values:
        code = values.pop("partner")
        values["partner_id"] = (
            referred("partner", code, queries.partner_by_code).id if code else None
        )
    return values


def told(user: User) -> dict[str, Any]:
    [shown] = queries.told([user])
    return shown


@blueprint.route("")
class Users(MethodView):
    """Who may enter."""

    @blueprint.arguments(UserArguments, location="query")
    @blueprint.response(200, page_schema(UserSchema))
    @allow(Role.ADMINISTRATOR)
    def get(self, asked_for: dict[str, Any]) -> dict[str, Any]:
        """List users by login."""
        role, disabled = asked_for.pop("role", None), asked_for.pop("disabled", None)
        chosen = queries.users(role=role, disabled=disabled)
        found = paginate(chosen, order=User.login, key=User.id, **asked_for)
        return {"items": queries.told(found.items), "next": found.next}

    @blueprint.etag
    @blueprint.arguments(NewUserSchema)
    @blueprint.response(201, UserSchema)
    @allow(Role.ADMINISTRATOR)
    def post(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Let somebody in."""
        values = values_of(sent)
        values["roles"] = frozenset(values["roles"])
        user = service.create_user(service.NewUser(**values), actor=current_actor())
        blueprint.set_version(user)
        return told(user)


@blueprint.route("/<uuid:user_id>")
class OneUser(MethodView):
    """One user."""

    @blueprint.etag
    @blueprint.response(200, UserSchema)
    @allow(Role.ADMINISTRATOR)
    def get(self, user_id: UUID) -> dict[str, Any]:
        """Read a user."""
        user = queries.get_user(user_id)
        blueprint.set_version(user)
        return told(user)

    @blueprint.etag
    @blueprint.arguments(UserChangesSchema)
    @blueprint.response(200, UserSchema)
    @allow(Role.ADMINISTRATOR)
    def patch(self, changes: dict[str, Any], user_id: UUID) -> dict[str, Any]:
        """Change what a user is."""
        blueprint.check_version(queries.get_user(user_id, locked=True))
        user = service.change_user(user_id, values_of(changes), actor=current_actor())
        blueprint.set_version(user)
        return told(user)


@blueprint.route("/<uuid:user_id>/password")
class Password(MethodView):
    """A user's password."""

    @blueprint.arguments(PasswordSchema)
    @blueprint.response(204)
    @allow(Role.ADMINISTRATOR)
    def put(self, sent: dict[str, Any], user_id: UUID) -> None:
        """Give a user a new password; their sessions end."""
        login = queries.get_user(user_id).login
        service.set_password(login, sent["password"], actor=current_actor())


@blueprint.route("/<uuid:user_id>/disable")
class Disable(MethodView):
    """The shutting out of a user."""

    @blueprint.arguments(ShutOutSchema)
    @blueprint.response(200, UserSchema)
    @allow(Role.ADMINISTRATOR)
    def post(self, sent: dict[str, Any], user_id: UUID) -> dict[str, Any]:
        """Shut a user out at once: sessions end, tokens stop working."""
        login = queries.get_user(user_id).login
        return told(service.disable_user(login, reason=sent["reason"], actor=current_actor()))


@blueprint.route("/<uuid:user_id>/enable")
class Enable(MethodView):
    """The letting in again of a user."""

    @blueprint.response(200, UserSchema)
    @allow(Role.ADMINISTRATOR)
    def post(self, user_id: UUID) -> dict[str, Any]:
        """Let a user in again who was shut out."""
        login = queries.get_user(user_id).login
        return told(service.enable_user(login, actor=current_actor()))
