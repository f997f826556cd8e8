"""What technicians look like on the wire."""

from marshmallow import RAISE, Schema, fields, validate

from app.catalogue.models import JobType
from app.http.paging import PageArguments
from app.places.models import Datum
from app.technicians.models import AbsenceKind, CertificateState

CODE = validate.Regexp(r"^[\w./-]{1,60}$", error="Letters, digits, dots and dashes, up to 60.")
TEXT = validate.Length(min=1, max=200)
REASON = validate.Length(min=3, max=500)
LEVEL = validate.Range(min=1, max=5)


class Strict(Schema):
    """A schema that refuses what it does not know."""

    class Meta:
        unknown = RAISE


class TechnicianArguments(PageArguments):
    """Which technicians to list."""

    territory = fields.String(metadata={"description": "Code of the territory."})
    partner = fields.String(metadata={"description": "Code of the partner."})


class ScoreSchema(Strict):
    """Standing in a category, or overall where that is null; shrunk means, 1 to 5."""

    category = fields.String(allow_none=True)
    professional = fields.Float(required=True)
    attitude = fields.Float(required=True)
    count = fields.Integer(required=True)


class TechnicianSchema(Strict):
    """A technician; name and phone are masked where ``is_masked``.

    Costs are left out for those who do not dispatch the territory.
    """

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    is_masked = fields.Boolean(required=True)
    territory = fields.String(required=True)
    partner = fields.String(allow_none=True)
    vehicle = fields.String(required=True)
    team_size = fields.Integer(required=True)
    pace = fields.Float(required=True)
    tools = fields.List(fields.String(), required=True)
    stock = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    identity_until = fields.Date(allow_none=True)
    insured_until = fields.Date(allow_none=True)
    joined_on = fields.Date(allow_none=True)
    left_on = fields.Date(allow_none=True)
    cost_per_hour_minor = fields.Integer(allow_none=True)
    cost_per_km_minor = fields.Integer(allow_none=True)
    currency = fields.String(required=True)


class TechnicianProfileSchema(TechnicianSchema):
    """A technician with their standing."""

    scores = fields.List(fields.Nested(ScoreSchema), required=True)


class HomeSchema(Strict):
    """Where a technician's day starts and ends."""

    address = fields.String(required=True, validate=TEXT)
    lat = fields.Float(validate=validate.Range(min=-90, max=90))
    lon = fields.Float(validate=validate.Range(min=-180, max=180))
    datum = fields.Enum(Datum, by_value=True, load_default=Datum.WGS84)


class TechnicianChangesSchema(Strict):
    """What may change of a technician; ``left_on`` is their last day."""

    name = fields.String(validate=validate.Length(min=1, max=80))
    phone = fields.String(validate=validate.Length(min=5, max=40))
    partner = fields.String(validate=CODE, allow_none=True)
    home = fields.Nested(HomeSchema)
    vehicle = fields.String(validate=validate.Length(min=1, max=40))
    team_size = fields.Integer(validate=validate.Range(min=1, max=6))
    pace = fields.Float(validate=validate.Range(min=0.2, max=5))
    tools = fields.List(fields.String(validate=CODE), validate=validate.Length(max=100))
    stock = fields.Dict(
        keys=fields.String(validate=CODE),
        values=fields.Integer(validate=validate.Range(min=0, max=100_000)),
        validate=validate.Length(max=500),
    )
    identity_until = fields.Date(allow_none=True)
    insured_until = fields.Date(allow_none=True)
    joined_on = fields.Date(allow_none=True)
    left_on = fields.Date(allow_none=True)
    cost_per_hour_minor = fields.Integer(validate=validate.Range(min=0, max=10**9))
    cost_per_km_minor = fields.Integer(validate=validate.Range(min=0, max=10**9))


class NewTechnicianSchema(TechnicianChangesSchema):
    """A technician, or a standing team, to be taken on."""

    code = fields.String(required=True, validate=CODE)
    name = fields.String(required=True, validate=validate.Length(min=1, max=80))
    phone = fields.String(required=True, validate=validate.Length(min=5, max=40))
    territory = fields.String(required=True, validate=CODE)


class TechnicianRevealSchema(Strict):
    """Why somebody's personal data must be read openly."""

    reason = fields.String(required=True, validate=REASON)


class RevealedTechnicianSchema(Strict):
    """A technician's name and phone, open."""

    name = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)


class CertificateChangesSchema(Strict):
    """What may change of a certificate."""

    valid_until = fields.Date(allow_none=True)
    evidence = fields.String(validate=TEXT)
    state = fields.Enum(CertificateState, by_value=True)
    reason = fields.String(validate=REASON)


class NewCertificateSchema(Strict):
    """A certificate to be handed in; what a partner hands in is pending."""

    brand = fields.String(required=True, validate=CODE)
    category = fields.String(required=True, validate=CODE)
    job_type = fields.Enum(JobType, by_value=True, required=True)
    level = fields.Integer(required=True, validate=LEVEL)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(allow_none=True)
    evidence = fields.String(required=True, validate=TEXT)
    state = fields.Enum(CertificateState, by_value=True)


class CertificateSchema(NewCertificateSchema):
    """A certificate as clients read it."""

    id = fields.UUID(required=True)
    technician_id = fields.UUID(required=True)


class ExpiringSchema(CertificateSchema):
    """A certificate that is about to end, and whose."""

    technician = fields.String(required=True)


class ExpiringArguments(Strict):
    """How far ahead to look."""

    within_days = fields.Integer(load_default=30, validate=validate.Range(min=0, max=730))


class LicenceChangesSchema(Strict):
    """What may change of a licence."""

    number = fields.String(validate=validate.Length(min=1, max=80))
    valid_until = fields.Date(allow_none=True)


class NewLicenceSchema(Strict):
    """A licence that belongs to no brand."""

    kind = fields.String(required=True, validate=CODE)
    number = fields.String(required=True, validate=validate.Length(min=1, max=80))
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(allow_none=True)


class LicenceSchema(NewLicenceSchema):
    """A licence as clients read it."""

    id = fields.UUID(required=True)


class DaysArguments(Strict):
    """Some local days, both included; from today for two weeks by default."""

    first_day = fields.Date(data_key="from")
    last_day = fields.Date(data_key="to")


class BreakSchema(Strict):
    """A rest that starts between two instants."""

    earliest = fields.AwareDateTime(required=True)
    latest = fields.AwareDateTime(required=True)
    minutes = fields.Integer(required=True, validate=validate.Range(min=1, max=240))


class ShiftChangesSchema(Strict):
    """What may change of a shift; ``breaks`` replaces all of them."""

    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()
    overtime_minutes = fields.Integer(validate=validate.Range(min=0, max=480))
    breaks = fields.List(fields.Nested(BreakSchema), validate=validate.Length(max=6))
    max_jobs = fields.Integer(allow_none=True, validate=validate.Range(min=1, max=100))
    max_km = fields.Integer(allow_none=True, validate=validate.Range(min=1, max=2000))


class NewShiftSchema(ShiftChangesSchema):
    """A shift to be given."""

    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)


class StoredBreakSchema(Strict):
    """A rest as clients read it."""

    earliest = fields.String(required=True)
    latest = fields.String(required=True)
    minutes = fields.Integer(required=True)


class ShiftSchema(NewShiftSchema):
    """A shift as clients read it."""

    id = fields.UUID(required=True)
    breaks = fields.List(fields.Nested(StoredBreakSchema), required=True)


class AbsenceChangesSchema(Strict):
    """What may change of an absence."""

    kind = fields.Enum(AbsenceKind, by_value=True)
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()


class NewAbsenceSchema(Strict):
    """An absence to be declared."""

    kind = fields.Enum(AbsenceKind, by_value=True, required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)


class AbsenceSchema(NewAbsenceSchema):
    """An absence as clients read it."""

    id = fields.UUID(required=True)


class QualificationQuestionSchema(Strict):
    """Which job on which local day; level and licences are the catalogue's unless given."""

    job_type = fields.Enum(JobType, by_value=True, required=True)
    brand = fields.String(required=True, validate=CODE)
    category = fields.String(required=True, validate=CODE)
    level = fields.Integer(validate=LEVEL)
    on = fields.Date(metadata={"description": "Today where the technician works, by default."})


class QualifiedArguments(QualificationQuestionSchema):
    """Which job, where, on which local day."""

    territory = fields.String(required=True, validate=CODE)


class ShortfallSchema(Strict):
    """One reason why not."""

    code = fields.String(required=True)
    text = fields.String(required=True)
    detail = fields.Dict(required=True)


class QualificationSchema(Strict):
    """Whether a technician may do a job on a day, and if not, why."""

    technician = fields.String(required=True)
    on = fields.Date(required=True)
    is_qualified = fields.Boolean(required=True)
    shortfalls = fields.List(fields.Nested(ShortfallSchema), required=True)


def listed(item: type[Schema]) -> type[Schema]:
    """Return the schema of a whole short list of ``item``."""
    name = f"{item.__name__.removesuffix('Schema')}List"
    items = fields.List(fields.Nested(item), required=True)
    return Schema.from_dict({"items": items}, name=name)
