"""Tokens of users and keys of brands."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from app.accounts import queries, service
from app.accounts.models import ApiKey
from app.accounts.routes.mounting import keys as blueprint
from app.accounts.schemas import IssuedKeySchema, KeySchema, NewKeySchema
from app.catalogue.queries import brand_by_code
from app.core.policies import Role
from app.core.references import referred
from app.http.actor import current_actor
from app.http.guards import allow
from app.http.paging import PageArguments, page_schema, paginate


@blueprint.route("")
class Keys(MethodView):
    """What programs enter with."""

    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, page_schema(KeySchema))
    @allow(Role.ADMINISTRATOR)
    def get(self, asked_for: dict[str, Any]) -> dict[str, Any]:
        """List tokens and keys, newest first, revoked ones too."""
        chosen = queries.keys()
        paged = paginate(
            chosen, order=ApiKey.created_at, key=ApiKey.id, descending=True, **asked_for
        )
        return {"items": queries.keys_told(paged.items), "next": paged.next}

    @blueprint.arguments(NewKeySchema)
    @blueprint.response(201, IssuedKeySchema)
    @allow(Role.ADMINISTRATOR)
    def post(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Issue a token or key; its secret is in this answer and never again.

        Two of one name may be in use: to change a secret, issue the second, let the program use
        it, then revoke the first.
        """
        login, brand = sent.pop("user", None), sent.pop("brand", None)
        key, secret = service.issue_key(
            sent.pop("name"),
            user_id=referred("user", login, queries.named).id if login else None,
            brand_id=referred("brand", brand, brand_by_code).id if brand else None,
            actor=current_actor(),
            **sent,
        )
        [told] = queries.keys_told([key])
        return told | {"secret": secret}


@blueprint.route("/<uuid:key_id>")
class OneKey(MethodView):
    """One token or key."""

    @blueprint.response(204)
    @allow(Role.ADMINISTRATOR)
    def delete(self, key_id: UUID) -> None:
        """Revoke a token or key: it stops working at once and stays in the list."""
        service.revoke_key(key_id, actor=current_actor())
