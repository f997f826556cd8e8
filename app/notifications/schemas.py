"""What the log of messages looks like on the wire."""

from marshmallow import RAISE, Schema, fields, validate

from app.core.outbox import MessageState
from app.http.paging import PageArguments
from app.notifications.rules import LANGUAGES


class OutboxMessageSchema(Schema):
    """One message, with names, addresses and links masked."""

    class Meta:
        unknown = RAISE

    id = fields.UUID(required=True)
    topic = fields.String(required=True)
    about = fields.String(required=True)
    recipient = fields.String(required=True)
    to = fields.String(required=True)
    state = fields.Enum(MessageState, by_value=True, required=True)
    attempts = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    not_before = fields.AwareDateTime(required=True)
    sent_at = fields.AwareDateTime(allow_none=True, required=True)
    error = fields.String(allow_none=True, required=True)
    subject = fields.String(required=True)
    text = fields.String(required=True)


class MessageArguments(PageArguments):
    """Which messages of the log."""

    class Meta:
        unknown = RAISE

    state = fields.Enum(MessageState, by_value=True)
    topic = fields.String()


class TemplateChangesSchema(Schema):
    """What may change of a wording."""

    class Meta:
        unknown = RAISE

    subject = fields.String(validate=validate.Length(min=1, max=200))
    text = fields.String(validate=validate.Length(min=1, max=4000))


class NewTemplateSchema(TemplateChangesSchema):
    """A wording for one message, in one language, of one brand or all, on one channel or all."""

    topic = fields.String(required=True, validate=validate.Length(max=60))
    locale = fields.String(required=True, validate=validate.OneOf(LANGUAGES))
    brand_id = fields.UUID(allow_none=True)
    channel = fields.String(validate=validate.OneOf(["", "email", "text"]))
    subject = fields.String(required=True, validate=validate.Length(min=1, max=200))
    text = fields.String(required=True, validate=validate.Length(min=1, max=4000))


class TemplateSchema(NewTemplateSchema):
    """A wording as clients read it."""

    id = fields.UUID(required=True)
