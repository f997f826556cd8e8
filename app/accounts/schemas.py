"""What accounts look like on the wire."""

from marshmallow import RAISE, Schema, fields, validate

from app.core.policies import Role
from app.http.paging import PageArguments

SCOPES = validate.ContainsOnly(["read", "write"])


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class MeSchema(_Strict):
    """Who the caller is to us."""

    name = fields.String(required=True)
    via = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    scopes = fields.List(fields.String(), required=True)
    technician_id = fields.UUID(allow_none=True)


class OwnPasswordSchema(_Strict):
    """A new password for oneself."""

    current = fields.String(required=True)
    new = fields.String(required=True)


class UserChangesSchema(_Strict):
    """What of a user can be changed; what is left out stays."""

    name = fields.String(validate=validate.Length(1, 120))
    roles = fields.List(fields.Enum(Role, by_value=True))
    territories = fields.List(fields.String(), metadata={"description": "Codes, of a dispatcher."})
    brand = fields.String(allow_none=True, metadata={"description": "Code, of brand staff."})
    partner = fields.String(allow_none=True, metadata={"description": "Code, of partner staff."})
    locale = fields.String(allow_none=True, validate=validate.OneOf(["en", "zh"]))


class NewUserSchema(UserChangesSchema):
    """Somebody who is to enter."""

    login = fields.String(required=True, validate=validate.Regexp(r"^[A-Za-z0-9._@-]{1,120}$"))
    name = fields.String(required=True, validate=validate.Length(1, 120))
    roles = fields.List(fields.Enum(Role, by_value=True), required=True)
    password = fields.String(
        load_default=None, metadata={"description": "Without one they cannot sign in yet."}
    )


class UserSchema(UserChangesSchema):
    """Somebody who may enter."""

    id = fields.UUID(required=True)
    login = fields.String(required=True)
    last_entered_at = fields.AwareDateTime(allow_none=True)
    disabled_at = fields.AwareDateTime(allow_none=True)


class UserArguments(PageArguments):
    """Which users are listed."""

    role = fields.Enum(Role, by_value=True)
    disabled = fields.Boolean(metadata={"description": "Only those who are shut out, or are not."})


class PasswordSchema(_Strict):
    """A new password for somebody."""

    password = fields.String(required=True)


class ShutOutSchema(_Strict):
    """Why somebody is shut out."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))


class KeySchema(_Strict):
    """A token of a user or a key of a brand; its secret is not known any more."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    user = fields.String(allow_none=True, metadata={"description": "Login of whom it acts for."})
    brand = fields.String(allow_none=True, metadata={"description": "Code of whose it is."})
    scopes = fields.List(fields.String(), required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(allow_none=True)
    last_used_at = fields.AwareDateTime(allow_none=True)
    revoked_at = fields.AwareDateTime(allow_none=True)


class NewKeySchema(_Strict):
    """A token or key to issue, of exactly one owner."""

    name = fields.String(required=True, validate=validate.Length(1, 120))
    user = fields.String(metadata={"description": "Login of whom it acts for."})
    brand = fields.String(metadata={"description": "Code of whose it is."})
    scopes = fields.List(fields.String(), load_default=["read", "write"], validate=SCOPES)
    expires_at = fields.AwareDateTime(load_default=None)


class IssuedKeySchema(KeySchema):
    """A token or key as it is issued: the secret is told this once."""

    secret = fields.String(required=True)


class PartnerSchema(_Strict):
    """A local team or store that supplies technicians."""

    code = fields.String(required=True, validate=validate.Length(1, 60))
    name = fields.String(required=True, validate=validate.Length(1, 200))
    name_zh = fields.String(allow_none=True, validate=validate.Length(max=200))
