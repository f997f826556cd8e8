"""What cases look like on the wire."""

from marshmallow import RAISE, Schema, fields, validate

from app.aftersales.models import CaseKind, CaseStep, Resolution
from app.http.paging import PageArguments

TEXT = validate.Length(min=1, max=2000)


class Strict(Schema):
    """A schema that refuses what it does not know."""

    class Meta:
        unknown = RAISE


class CaseEntrySchema(Strict):
    """One thing said in a case."""

    number = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    from_consumer = fields.Boolean(required=True)
    internal = fields.Boolean(required=True)
    text = fields.String(allow_none=True)


class CaseSchema(Strict):
    """A case with its step, owner and clock."""

    id = fields.UUID(required=True, attribute="case.id")
    number = fields.String(required=True, attribute="case.number")
    job_id = fields.UUID(required=True, attribute="case.job_id")
    job_number = fields.String(required=True, attribute="job.number")
    kind = fields.Enum(CaseKind, by_value=True, required=True, attribute="case.kind")
    step = fields.Enum(CaseStep, by_value=True, required=True, attribute="case.step")
    owner = fields.String(allow_none=True, attribute="case.owner")
    wants_visit = fields.Boolean(required=True, attribute="case.wants_visit")
    opened_at = fields.AwareDateTime(required=True, attribute="case.opened_at")
    due_at = fields.AwareDateTime(required=True, attribute="case.due_at")
    is_late = fields.Boolean(required=True)
    answered_at = fields.AwareDateTime(allow_none=True, attribute="case.answered_at")
    resolved_at = fields.AwareDateTime(allow_none=True, attribute="case.resolved_at")
    resolution = fields.Enum(
        Resolution, by_value=True, allow_none=True, attribute="case.resolution"
    )
    reworks = fields.List(fields.Pluck("ReworkSchema", "number"))


class CaseWithEntriesSchema(CaseSchema):
    """A case with all that was said in it."""

    entries = fields.List(fields.Nested(CaseEntrySchema), required=True)


class ReworkSchema(Strict):
    """The job that does again what a case is about."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)


class CaseArguments(PageArguments):
    """Which cases."""

    class Meta:
        unknown = RAISE

    step = fields.Enum(CaseStep, by_value=True)
    is_late = fields.Boolean()


class NewCaseSchema(Strict):
    """A case to be opened for a consumer who telephoned."""

    kind = fields.Enum(CaseKind, by_value=True, required=True)
    text = fields.String(required=True, validate=TEXT)
    wants_visit = fields.Boolean(load_default=False)


class AnswerSchema(Strict):
    """What is said to a case's consumer, or among ourselves."""

    text = fields.String(required=True, validate=TEXT)
    internal = fields.Boolean(load_default=False)


class ResolutionSchema(Strict):
    """How a case ends."""

    resolution = fields.Enum(Resolution, by_value=True, required=True)
    text = fields.String(required=True, validate=TEXT)


class ReworkArgumentsSchema(Strict):
    """Who does it again."""

    same_technician = fields.Boolean(load_default=True)
