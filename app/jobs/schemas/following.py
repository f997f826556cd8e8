"""What the feed of changes looks like on the wire."""

from marshmallow import fields, validate

from app.jobs.models import JobState
from app.jobs.schemas.common import Strict


class ChangesArguments(Strict):
    """From where to follow on."""

    after = fields.String(
        load_default=None,
        validate=validate.Length(max=200),
        metadata={"description": "The `next` of an earlier answer; without it, from the start."},
    )
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=200))


class ChangeSchema(Strict):
    """One change of a job, and where the job stands now."""

    id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    action = fields.String(required=True)
    job_id = fields.UUID(required=True)
    number = fields.String(required=True)
    state = fields.Enum(JobState, by_value=True, required=True)


class ChangesSchema(Strict):
    """Changes, oldest first; ask on from ``next``, at once where there are ``more``."""

    items = fields.List(fields.Nested(ChangeSchema), required=True)
    next = fields.String(required=True)
    more = fields.Boolean(required=True)
