"""What ratings look like on the wire."""

from marshmallow import RAISE, Schema, fields, validate

from app.core.links import LONGEST_SECRET
from app.http.paging import PageArguments, page_schema
from app.ratings.rules import SCALE, TAGS


class StarsSchema(Schema):
    """What the consumer says of one technician."""

    class Meta:
        unknown = RAISE

    technician_id = fields.UUID(required=True)
    professional = fields.Integer(
        required=True, strict=True, validate=validate.Range(SCALE[0], SCALE[-1])
    )
    attitude = fields.Integer(
        required=True, strict=True, validate=validate.Range(SCALE[0], SCALE[-1])
    )
    comment = fields.String(allow_none=True, validate=validate.Length(max=2000))
    tags = fields.List(
        fields.String(validate=validate.OneOf(list(TAGS))), validate=validate.Length(max=len(TAGS))
    )


class RatingRequestSchema(Schema):
    """A visit's ratings, with the secret of the link that gives the right to them."""

    class Meta:
        unknown = RAISE

    secret = fields.String(required=True, validate=validate.Length(1, LONGEST_SECRET))
    ratings = fields.List(
        fields.Nested(StarsSchema), required=True, validate=validate.Length(1, 10)
    )


class ThanksSchema(Schema):
    """What was kept."""

    class Meta:
        unknown = RAISE

    rated = fields.Integer(required=True)


class RatingAxisSchema(Schema):
    """A shrunk mean with its 95 % interval."""

    class Meta:
        unknown = RAISE

    mean = fields.Float(required=True)
    low = fields.Float(required=True)
    high = fields.Float(required=True)


class RatingStandingSchema(Schema):
    """A technician on both axes; ``category`` null: overall."""

    class Meta:
        unknown = RAISE

    category = fields.String(allow_none=True, required=True)
    tier = fields.String(required=True)
    count = fields.Integer(required=True)
    professional = fields.Nested(RatingAxisSchema, required=True)
    attitude = fields.Nested(RatingAxisSchema, required=True)


class RatingSchema(Schema):
    """One rating; nothing says which consumer gave it."""

    class Meta:
        unknown = RAISE

    id = fields.UUID(required=True)
    rated_at = fields.AwareDateTime(required=True)
    category = fields.String(required=True)
    professional = fields.Integer(required=True)
    attitude = fields.Integer(required=True)
    tags = fields.List(fields.String(), required=True)
    comment = fields.String(allow_none=True, required=True)
    reply = fields.String(allow_none=True, required=True)
    set_aside = fields.String(allow_none=True, required=True)
    hidden_reason = fields.String(allow_none=True, required=True)


class RatingSignalSchema(Schema):
    """Something about a technician's ratings that a person should look at."""

    class Meta:
        unknown = RAISE

    code = fields.String(required=True)
    count = fields.Integer(required=True)


class LastingSchema(Schema):
    """Visits completed, and those after which nobody had to come again."""

    class Meta:
        unknown = RAISE

    completed = fields.Integer(required=True)
    first_time = fields.Integer(required=True)
    share = fields.Float(allow_none=True, required=True)


class ReplySchema(Schema):
    """What the technician answers."""

    class Meta:
        unknown = RAISE

    reply = fields.String(required=True, validate=validate.Length(1, 1000))


class HidingSchema(Schema):
    """Why a rating's words are not to be shown."""

    class Meta:
        unknown = RAISE

    reason = fields.String(required=True, validate=validate.Length(1, 200))


class RatingPageArguments(PageArguments):
    """Which page of the ratings."""

    class Meta:
        unknown = RAISE


class TechnicianRatingsSchema(page_schema(RatingSchema)):  # type: ignore[misc]
    """Where a technician stands, and the ratings behind it, newest first."""

    standings = fields.List(fields.Nested(RatingStandingSchema), required=True)
    lasting = fields.Nested(LastingSchema, required=True)
    signals = fields.List(fields.Nested(RatingSignalSchema), required=True)
