"""What the catalogue looks like on the wire."""

from marshmallow import RAISE, Schema, fields, validate

from app.catalogue.models import JobType, PriceKind
from app.http.paging import PageArguments

CODE = validate.Regexp(r"^[\w./-]{1,60}$", error="Letters, digits, dots and dashes, up to 60.")
NAME = validate.Length(min=1, max=200)
CURRENCY = validate.Regexp(r"^[A-Z]{3}$", error="Three capital letters.")
AMOUNT = validate.Range(min=0, max=10**12)
SHORT_LIST = validate.Length(max=50)


class Strict(Schema):
    """A schema that refuses what it does not know."""

    class Meta:
        unknown = RAISE


class BrandSchema(Strict):
    """A brand as clients read it."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    name_zh = fields.String(allow_none=True)
    service_days = fields.Integer(required=True)
    free_change_hours = fields.Integer(required=True)
    last_change_hours = fields.Integer(required=True)


class BrandChangesSchema(Strict):
    """What may change of a brand."""

    name = fields.String(validate=NAME)
    name_zh = fields.String(validate=NAME, allow_none=True)
    service_days = fields.Integer(validate=validate.Range(min=1, max=365))
    free_change_hours = fields.Integer(validate=validate.Range(min=0, max=336))
    last_change_hours = fields.Integer(validate=validate.Range(min=0, max=336))


class NewBrandSchema(BrandChangesSchema):
    """A brand to be added."""

    code = fields.String(required=True, validate=CODE)
    name = fields.String(required=True, validate=NAME)


class CategorySchema(Strict):
    """A category; ``path`` is the codes from the root, so that a prefix means below."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    name_zh = fields.String(allow_none=True)
    parent = fields.String(allow_none=True, metadata={"description": "Code of the one above."})
    path = fields.String(required=True)


class CategoryChangesSchema(Strict):
    """What may change of a category; its place in the tree may not."""

    name = fields.String(validate=NAME)
    name_zh = fields.String(validate=NAME, allow_none=True)


class NewCategorySchema(CategoryChangesSchema):
    """A category to be added, under ``parent`` or as a root."""

    code = fields.String(required=True, validate=CODE)
    name = fields.String(required=True, validate=NAME)
    parent = fields.String(validate=CODE)


class KitLineSchema(Strict):
    """One line of a bill of goods."""

    sku = fields.String(required=True, validate=CODE)
    name = fields.String(required=True, validate=NAME)
    quantity = fields.Integer(required=True, validate=validate.Range(min=1, max=10_000))


class ModelArguments(PageArguments):
    """Which models to list."""

    brand = fields.String(metadata={"description": "Code of the brand."})
    category = fields.String(metadata={"description": "Code; all below it too."})


class ModelSchema(Strict):
    """A model with its bill of goods; brand and category by code."""

    id = fields.UUID(required=True)
    brand = fields.String(required=True)
    category = fields.String(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    name_zh = fields.String(allow_none=True)
    discontinued_on = fields.Date(allow_none=True)
    kit = fields.List(fields.Nested(KitLineSchema), required=True)


class ModelChangesSchema(Strict):
    """What may change of a model; ``kit`` replaces the whole bill of goods."""

    category = fields.String(validate=CODE)
    name = fields.String(validate=NAME)
    name_zh = fields.String(validate=NAME, allow_none=True)
    discontinued_on = fields.Date(allow_none=True)
    kit = fields.List(fields.Nested(KitLineSchema), validate=validate.Length(max=200))


class NewModelSchema(ModelChangesSchema):
    """A model to be added."""

    brand = fields.String(required=True, validate=CODE)
    category = fields.String(required=True, validate=CODE)
    code = fields.String(required=True, validate=CODE)
    name = fields.String(required=True, validate=NAME)


class SeatSchema(Strict):
    """One person of a crew; the first leads."""

    level = fields.Integer(required=True, validate=validate.Range(min=1, max=5))


class WorkSpecChangesSchema(Strict):
    """What may change of a work spec."""

    work_seconds = fields.Integer(validate=validate.Range(min=60, max=360_000))
    setup_seconds = fields.Integer(validate=validate.Range(min=0, max=36_000))
    crew = fields.List(fields.Nested(SeatSchema), validate=validate.Length(min=1, max=6))
    tools = fields.List(fields.String(validate=CODE), validate=SHORT_LIST)
    parts = fields.Dict(
        keys=fields.String(validate=CODE),
        values=fields.Integer(validate=validate.Range(min=1, max=10_000)),
        validate=SHORT_LIST,
    )
    licences = fields.List(fields.String(validate=CODE), validate=SHORT_LIST)
    photos = fields.List(fields.String(validate=CODE), validate=SHORT_LIST)
    needs_certificate = fields.Boolean()
    service_days = fields.Integer(allow_none=True, validate=validate.Range(min=1, max=365))


class NewWorkSpecSchema(WorkSpecChangesSchema):
    """What a job type takes: for a model, by brand and code, or for a category."""

    job_type = fields.Enum(JobType, by_value=True, required=True)
    brand = fields.String(validate=CODE)
    model = fields.String(validate=CODE)
    category = fields.String(validate=CODE)
    work_seconds = fields.Integer(required=True, validate=validate.Range(min=60, max=360_000))


class WorkSpecSchema(NewWorkSpecSchema):
    """What a job type takes, as clients read it."""

    id = fields.UUID(required=True)
    brand = fields.String(allow_none=True)
    model = fields.String(allow_none=True)
    category = fields.String(allow_none=True)


class SpecQuestionSchema(Strict):
    """Of which work to tell what it takes: of a model, or of a category."""

    job_type = fields.Enum(JobType, by_value=True, required=True)
    brand = fields.String(validate=CODE)
    model = fields.String(validate=CODE)
    category = fields.String(validate=CODE)


class PriceArguments(PageArguments):
    """Which prices to list."""

    code = fields.String()
    on = fields.Date(metadata={"description": "Only those valid on this day."})


class PriceChangesSchema(Strict):
    """What may be corrected of a price; a new amount is a new price from its first day."""

    name = fields.String(validate=NAME)
    name_zh = fields.String(validate=NAME, allow_none=True)
    valid_until = fields.Date(allow_none=True)


class NewPriceSchema(PriceChangesSchema):
    """A price to be added."""

    kind = fields.Enum(PriceKind, by_value=True, required=True)
    code = fields.String(required=True, validate=CODE)
    name = fields.String(required=True, validate=NAME)
    unit = fields.String(required=True, validate=validate.Length(min=1, max=20))
    brand = fields.String(validate=CODE)
    category = fields.String(validate=CODE)
    job_type = fields.Enum(JobType, by_value=True)
    amount_minor = fields.Integer(required=True, validate=AMOUNT)
    currency = fields.String(required=True, validate=CURRENCY)
    valid_from = fields.Date(required=True)


class PriceSchema(NewPriceSchema):
    """A price as clients read it."""

    id = fields.UUID(required=True)
    brand = fields.String(allow_none=True)
    category = fields.String(allow_none=True)
    job_type = fields.Enum(JobType, by_value=True, allow_none=True)


class PriceQuestionSchema(Strict):
    """Of what to tell the price that counts on a day."""

    code = fields.String(required=True, validate=CODE)
    on = fields.Date(required=True)
    brand = fields.String(validate=CODE)
    category = fields.String(validate=CODE)
    job_type = fields.Enum(JobType, by_value=True)


class PayRateChangesSchema(Strict):
    """What may be corrected of a pay rate."""

    valid_until = fields.Date(allow_none=True)


class NewPayRateSchema(PayRateChangesSchema):
    """A pay rate to be added."""

    job_type = fields.Enum(JobType, by_value=True, required=True)
    category = fields.String(validate=CODE)
    level = fields.Integer(load_default=1, validate=validate.Range(min=1, max=5))
    amount_minor = fields.Integer(required=True, validate=AMOUNT)
    currency = fields.String(required=True, validate=CURRENCY)
    valid_from = fields.Date(required=True)


class PayRateSchema(NewPayRateSchema):
    """A pay rate as clients read it."""

    id = fields.UUID(required=True)
    category = fields.String(allow_none=True)
