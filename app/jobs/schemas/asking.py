"""What lists may be narrowed to, and how files are sent."""

import json
from typing import Any

from flask_smorest.fields import Upload
from marshmallow import ValidationError, fields, post_load, validate

from app.catalogue.models import JobType
from app.core import tabular
from app.http.paging import PageArguments
from app.jobs.models import JobState
from app.jobs.queries import UNCONFIRMED
from app.jobs.rules.release import BlockerCode
from app.jobs.schemas.common import CODE, REFERENCE, Strict

JOB_SORTS = ("created", "-created", "window", "-window", "due", "-due", "priority", "-priority")


class JobListArguments(PageArguments):
    """Filters and sorts of the list of jobs."""

    state = fields.List(fields.Enum(JobState, by_value=True))
    territory = fields.String(validate=CODE)
    brand = fields.String(validate=CODE)
    job_type = fields.Enum(JobType, by_value=True)
    day = fields.Date(metadata={"description": "Local day on which the window starts."})
    blocked = fields.Enum(BlockerCode, by_value=True)
    q = fields.String(
        validate=REFERENCE,
        metadata={"description": "A job's number, an exact phone number or an order reference."},
    )
    sort = fields.String(load_default="-created", validate=validate.OneOf(JOB_SORTS))


class OrderListArguments(PageArguments):
    """Filters of the list of orders."""

    brand = fields.String(validate=CODE)
    reference = fields.String(validate=REFERENCE)


class WaitingArguments(Strict):
    """Which reason, and how many jobs of each to show."""

    code = fields.String(validate=validate.OneOf([*BlockerCode, UNCONFIRMED]))
    shown = fields.Integer(load_default=20, validate=validate.Range(min=0, max=200))


class TemplateArguments(Strict):
    """In which language the headers are."""

    lang = fields.String(load_default="en", validate=validate.OneOf(["en", "zh"]))


class ImportFileSchema(Strict):
    """The file of an import."""

    file = Upload(required=True)


class ImportFormSchema(Strict):
    """How a file is to be imported; ``mapping`` is JSON, their header to our field."""

    dry_run = fields.Boolean(load_default=False)
    update = fields.Boolean(load_default=False)
    source = fields.String(load_default=None, validate=REFERENCE)
    encoding = fields.String(load_default=None, validate=validate.OneOf(tabular.ENCODINGS))
    mapping = fields.String(load_default="{}", validate=validate.Length(max=20_000))
    keep_mapping = fields.Boolean(load_default=False)

    @post_load
    def read_mapping(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        data["mapping"] = MappingSchema().load({"columns": _object(data["mapping"])})["columns"]
        return data


class MappingSchema(Strict):
    """Which of our fields a source's headers fill."""

    columns = fields.Dict(
        keys=fields.String(validate=REFERENCE),
        values=fields.String(validate=CODE),
        required=True,
        validate=validate.Length(max=200),
    )


class KeptMappingSchema(MappingSchema):
    """A mapping as it is kept for a source and a kind of file."""

    source = fields.String(required=True, validate=REFERENCE)
    kind = fields.String(required=True, validate=CODE)


class MappingListArguments(PageArguments):
    """Which kind's mappings."""

    kind = fields.String(validate=CODE)


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValidationError("Write it as JSON.", "mapping") from error
    if not isinstance(value, dict):
        raise ValidationError("Write it as a JSON object: their header to our field.", "mapping")
    return value
