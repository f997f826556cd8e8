"""What plans, days and visits look like on the wire."""

from marshmallow import RAISE, Schema, fields, validate

from app.http.paging import PageArguments
from app.planning.models import PlanState, StopKind, VisitState

Code = fields.String(required=True, validate=validate.Length(min=1, max=60))


class Strict(Schema):
    """A schema that refuses what it does not know."""

    class Meta:
        unknown = RAISE


class PlanRequestSchema(Strict):
    """Which days of which territory to plan; one day unless ``last_day`` says otherwise."""

    territory = Code
    first_day = fields.Date(required=True)
    last_day = fields.Date(allow_none=True, load_default=None)
    seconds = fields.Integer(strict=True, allow_none=True, load_default=None)


class PlanFilters(PageArguments):
    """What a list of plans may be narrowed to."""

    class Meta:
        unknown = RAISE

    territory = fields.String()
    state = fields.Enum(PlanState, by_value=True)


class MeasuresSchema(Strict):
    """The figures by which people judge a day or a whole plan."""

    planned = fields.Integer(required=True)
    unplanned = fields.Integer(required=True)
    late = fields.Integer(required=True)
    on_time_share = fields.Float(required=True)
    travel_seconds_per_job = fields.Integer(required=True)
    overtime_seconds = fields.Integer(required=True)
    utilisation = fields.Float(required=True)
    cost_minor = fields.Integer(required=True)


class PlanSchema(Strict):
    """A plan version."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    territory = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    state = fields.Enum(PlanState, by_value=True, required=True)
    seconds = fields.Integer(required=True)
    cost_minor = fields.Integer(allow_none=True)
    currency = fields.String(required=True)
    estimated_share = fields.Float(allow_none=True)
    error = fields.String(allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    ready_at = fields.AwareDateTime(allow_none=True)
    published_days = fields.List(fields.Date(), required=True)


class RemedySchema(Strict):
    """What would get a job planned, and what that costs where it is known."""

    kind = fields.String(required=True)
    text = fields.String(required=True)
    cost_minor = fields.Integer(allow_none=True)


class ReasonSchema(Strict):
    """Why a job is left out."""

    code = fields.String(required=True)
    text = fields.String(required=True)
    remedies = fields.List(fields.Nested(RemedySchema), required=True)


class LeftOutSchema(Strict):
    """A job that a plan leaves out."""

    job_id = fields.UUID(required=True)
    job_number = fields.String(required=True)
    reasons = fields.List(fields.Nested(ReasonSchema), required=True)


class PlanDetailSchema(PlanSchema):
    """A plan version with its measures, its progress and what it leaves out."""

    progress = fields.Dict(required=True)
    measures = fields.Nested(MeasuresSchema, allow_none=True)
    days = fields.Dict(keys=fields.String(), values=fields.Nested(MeasuresSchema), required=True)
    unplanned = fields.List(fields.Nested(LeftOutSchema), required=True)


class PublicationRequestSchema(Strict):
    """Which day to announce, and whether to go on without what has changed."""

    day = fields.Date(required=True)
    accept_changes = fields.Boolean(load_default=False)


class ChangedSchema(Strict):
    """A job that a publication left as it was, and what has changed about it."""

    job_id = fields.UUID(required=True)
    job_number = fields.String(required=True)
    changes = fields.List(fields.String(), required=True)


class PublicationSchema(Strict):
    """A day as it was announced."""

    id = fields.UUID(required=True)
    plan_id = fields.UUID(required=True)
    day = fields.Date(required=True)
    number = fields.Integer(required=True)
    published_at = fields.AwareDateTime(required=True)
    refused = fields.List(fields.Nested(ChangedSchema), required=True)


class ComparisonArguments(Strict):
    """Which plan to compare with."""

    before = fields.UUID(required=True)


class PlannedSeatSchema(Strict):
    """Who fills a seat, and when."""

    seat = fields.Integer(required=True)
    technician_id = fields.UUID(required=True)
    starts_at = fields.AwareDateTime(required=True)


class DifferenceSchema(Strict):
    """A job that two plans treat differently: added, dropped, moved or reassigned."""

    job_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    before = fields.List(fields.Nested(PlannedSeatSchema), required=True)
    after = fields.List(fields.Nested(PlannedSeatSchema), required=True)


class ComparisonSchema(Strict):
    """All differences between two plans."""

    items = fields.List(fields.Nested(DifferenceSchema), required=True)


class DayArguments(Strict):
    """Which plan to show a day by; what is announced, else the newest one, by default."""

    plan = fields.UUID()


class DayTerritorySchema(Strict):
    """The territory of a day."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    timezone = fields.String(required=True)
    centre = fields.List(fields.Float(), required=True)


class DayPlanSchema(Strict):
    """The plan a day is shown by."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    state = fields.String(required=True)
    cost_minor = fields.Integer(allow_none=True)
    currency = fields.String(required=True)
    created_at = fields.String(required=True)
    published = fields.Boolean(required=True)
    estimated_share = fields.Float(allow_none=True)


class JobOfDaySchema(Strict):
    """What every list shows of a job."""

    job_id = fields.UUID(allow_none=True)
    job_number = fields.String(allow_none=True)
    title = fields.String(required=True)
    brand = fields.String(allow_none=True)
    window = fields.List(fields.String(), allow_none=True)
    at = fields.List(fields.Float(), allow_none=True)


class StopOfDaySchema(JobOfDaySchema):
    """A visit, break or depot stop of somebody's day."""

    kind = fields.String(required=True, validate=validate.OneOf([k.value for k in StopKind]))
    sequence = fields.Integer(required=True)
    visit_id = fields.UUID(allow_none=True)
    job_type = fields.String(allow_none=True)
    promised = fields.Boolean(required=True)
    arrive = fields.String(required=True)
    start = fields.String(required=True)
    finish = fields.String(required=True)
    travel_seconds = fields.Integer(required=True)
    travel_estimated = fields.Boolean(required=True)
    approximate = fields.Boolean(required=True)
    state = fields.String(required=True)
    pinned = fields.Boolean(required=True)
    late_seconds = fields.Integer(required=True)
    seat = fields.Integer(required=True)
    crew_size = fields.Integer(required=True)
    at_risk = fields.String(allow_none=True)
    by_hand = fields.Boolean()


class ShiftOfDaySchema(Strict):
    """When somebody works on a day."""

    start = fields.String(required=True)
    end = fields.String(required=True)


class RatingOfDaySchema(Strict):
    """How somebody is rated, shrunk for small numbers."""

    professional = fields.Float(required=True)
    attitude = fields.Float(required=True)
    count = fields.Integer(required=True)


class TechnicianOfDaySchema(Strict):
    """A technician's day."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    initials = fields.String(required=True)
    home = fields.List(fields.Float(), allow_none=True)
    shift = fields.Nested(ShiftOfDaySchema, allow_none=True)
    busy_share = fields.Float(required=True, data_key="load", attribute="load")
    skills_text = fields.String(required=True)
    rating = fields.Nested(RatingOfDaySchema, allow_none=True)
    stops = fields.List(fields.Nested(StopOfDaySchema), required=True)


class LeftOutOfDaySchema(JobOfDaySchema):
    """A job of the day that nobody goes to."""

    reasons = fields.List(fields.Nested(ReasonSchema), required=True)


class TerritoryDaySchema(Strict):
    """A territory-day: who goes where and when, what is left out, what waits."""

    territory = fields.Nested(DayTerritorySchema, required=True)
    day = fields.String(required=True)
    plan = fields.Nested(DayPlanSchema, allow_none=True)
    measures = fields.Nested(MeasuresSchema, required=True)
    technicians = fields.List(fields.Nested(TechnicianOfDaySchema), required=True)
    unplanned = fields.List(fields.Nested(LeftOutOfDaySchema), required=True)
    waiting = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class SeatPinRequestSchema(Strict):
    """Who is to fill a seat, when if that matters, and why."""

    seat = fields.Integer(strict=True, load_default=0, validate=validate.Range(min=0, max=9))
    technician = Code
    starts_at = fields.AwareDateTime(allow_none=True, load_default=None)
    reason = fields.String(required=True, validate=validate.Length(min=3, max=500))


class PinArguments(Strict):
    """Which seat's pin is meant."""

    seat = fields.Integer(load_default=0, validate=validate.Range(min=0, max=9))


class SeatPinSchema(Strict):
    """A seat that stays with a technician."""

    seat = fields.Integer(required=True)
    technician_id = fields.UUID(required=True)
    starts_at = fields.AwareDateTime(allow_none=True)
    reason = fields.String(required=True)
    pinned_at = fields.AwareDateTime(required=True)


class SeatPinsSchema(Strict):
    """The pins of a job."""

    items = fields.List(fields.Nested(SeatPinSchema), required=True)


class AssignmentSchema(Strict):
    """One technician's part in a visit."""

    seat = fields.Integer(required=True)
    technician_id = fields.UUID(required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    flag = fields.String(allow_none=True)


class VisitSchema(Strict):
    """A visit with its crew."""

    id = fields.UUID(required=True)
    job_id = fields.UUID(required=True)
    ordinal = fields.Integer(required=True)
    state = fields.Enum(VisitState, by_value=True, required=True)
    finished_at = fields.AwareDateTime(allow_none=True)
    crew = fields.List(fields.Nested(AssignmentSchema), required=True)


class OfferArguments(Strict):
    """For which days windows are looked for."""

    first_day = fields.Date()
    days = fields.Integer()


class OfferSchema(Strict):
    """A window that can be kept as things stand."""

    window = fields.List(fields.AwareDateTime(), required=True)
    starts_at = fields.AwareDateTime(required=True)
    technician_ids = fields.List(fields.UUID(), required=True)
    cost_minor = fields.Integer(required=True)
    kept = fields.Float(required=True)


class OffersSchema(Strict):
    """The windows on offer for a job, cheapest first."""

    items = fields.List(fields.Nested(OfferSchema), required=True)


class ExplanationArguments(Strict):
    """Which day's plan is meant; the day the job is announced, asked or planned for by default."""

    day = fields.Date()


class AlternativeSchema(Strict):
    """Another technician, forced: what it would change, or what forbids it."""

    technician_id = fields.UUID(required=True)
    cost_change_minor = fields.Integer(allow_none=True)
    travel_seconds_change = fields.Integer(allow_none=True)
    lateness_seconds_change = fields.Integer(allow_none=True)
    moved = fields.List(fields.UUID(), required=True)
    blocked_by = fields.String(allow_none=True)


class ExplanationSchema(Strict):
    """Who does a job and what everybody else would cost, or why nobody does."""

    job_id = fields.UUID(required=True)
    technician_id = fields.UUID(allow_none=True)
    starts_at = fields.AwareDateTime(allow_none=True)
    cost_minor = fields.Integer(allow_none=True)
    alternatives = fields.List(fields.Nested(AlternativeSchema), required=True)
    reasons = fields.List(fields.Nested(ReasonSchema), required=True)


class RepairRequestSchema(Strict):
    """How long to search; as the installation is set by default."""

    seconds = fields.Integer(strict=True, allow_none=True, load_default=None)


class TellingSchema(DifferenceSchema):
    """A visit that a plan would change, and who must be told."""

    job_number = fields.String(required=True)
    customer = fields.Boolean(required=True)
    technician_ids = fields.List(fields.UUID(), required=True)


class TellingsSchema(Strict):
    """Who must be told what if a plan were announced."""

    items = fields.List(fields.Nested(TellingSchema), required=True)
