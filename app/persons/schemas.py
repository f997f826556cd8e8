"""What persons look like on the wire."""

from marshmallow import RAISE, Schema, fields, validate


class FindPersonSchema(Schema):
    """By what somebody is looked for; in the body, because addresses are written to logs."""

    class Meta:
        unknown = RAISE

    phone = fields.String(required=True, validate=validate.Length(1, 40))


class FoundPersonsSchema(Schema):
    """Whoever is reached by that number."""

    person_ids = fields.List(fields.UUID(), required=True)


class WhySchema(Schema):
    """Why it is done, for the record."""

    class Meta:
        unknown = RAISE

    reason = fields.String(required=True, validate=validate.Length(1, 500))


class SightSchema(Schema):
    """One recorded act by which somebody read a person's data."""

    at = fields.AwareDateTime(required=True)
    actor = fields.String(required=True)
    action = fields.String(required=True)
    of = fields.String(required=True, attribute="subject_kind")
    id = fields.String(required=True, attribute="subject_id")
    reason = fields.String(allow_none=True)


class SightsSchema(Schema):
    """Who saw it, oldest first."""

    items = fields.List(fields.Nested(SightSchema), required=True)


class PersonExportSchema(Schema):
    """Everything that is held of a person, by table."""

    person_id = fields.UUID(required=True)
    forgotten = fields.Boolean(required=True)
    data = fields.Dict(
        keys=fields.String(), values=fields.List(fields.Dict(keys=fields.String())), required=True
    )
