"""What each cell of the matrix asks, and what its answer may be."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from app.core.policies import Role
from app.http.guards import SAFE, Policy, policy_of, routes
from tests.permissions.sides import Asker, Side

ADMIN, DISPATCHER, TECHNICIAN, PARTNER, BRAND = (
    Role.ADMINISTRATOR,
    Role.DISPATCHER,
    Role.TECHNICIAN,
    Role.PARTNER,
    Role.BRAND,
)
EVERYBODY = frozenset(Role)
OPEN_TO = {
    "job_id": frozenset(),
    "order_id": frozenset(),
    "case_id": frozenset(),
    "place_id": frozenset(),
    "plan_id": frozenset(),
    "visit_id": frozenset(),
    "message_id": frozenset(),
    "technician_id": frozenset(),
    "rating_id": frozenset(),
    "code": frozenset(),
    "territory": frozenset(),
    "territory_id": EVERYBODY - {DISPATCHER},
    "brand_id": EVERYBODY - {BRAND},
    "model_id": EVERYBODY - {BRAND},
    "price_id": EVERYBODY - {BRAND},
    "spec_id": EVERYBODY - {BRAND},
    "category_id": EVERYBODY,
    "rate_id": EVERYBODY,
}
"""Who reaches the other half's things by these names; administrators reach everything."""
LESS = {
    ("/api/v1/imports/<kind>/template.<any(csv,xlsx):form>", "GET"): {ADMIN, DISPATCHER, PARTNER},
    ("/api/v1/technicians/<uuid:technician_id>/licences", "POST"): {ADMIN, DISPATCHER},
}
"""Where the area itself lets fewer roles through than the route: a file of shifts, a licence."""
IN_PERSON = {"/account", "/api/v1/me/password"}
"""What nobody does by a key."""
FIXED = {"day": "2026-03-02", "kind": "shifts", "form": "csv", "day_class": "workday"}
ASKING_THE_PUBLIC = {"nobody", "brand right"}
HOURS = {"starts_at": "2026-03-20T08:00:00+08:00", "ends_at": "2026-03-20T09:00:00+08:00"}
BECAUSE = {"reason": "because"}
BODIES: dict[str, dict[str, Any]] = {
    "/me/password": {"current": "x", "new": "y"},
    "/cases/<uuid:case_id>/entries": {"text": "we are on it"},
    "/cases/<uuid:case_id>/resolution": {"resolution": "explained", "text": "explained"},
    "/jobs/<uuid:job_id>/cancellation": BECAUSE,
    "/jobs/<uuid:job_id>/cases": {"kind": "damage", "text": "a scratch"},
    "/jobs/<uuid:job_id>/pins": BECAUSE | {"technician": "t1"},
    "/places/<uuid:place_id>/pin": {"lat": 23.1, "lon": 113.2},
    "/places/<uuid:place_id>/reveal": BECAUSE,
    "/plans/<uuid:plan_id>/publication": {"day": "2026-03-02"},
    "/ratings/<uuid:rating_id>/hiding": BECAUSE,
    "/ratings/<uuid:rating_id>/reply": {"reply": "thank you"},
    "/technicians/<uuid:technician_id>/absences": HOURS | {"kind": "leave"},
    "/technicians/<uuid:technician_id>/certificates": {
        "brand": "BRAND",
        "category": "CATEGORY",
        "evidence": "E",
        "job_type": "install",
        "level": 1,
        "valid_from": "2026-01-01",
    },
    "/technicians/<uuid:technician_id>/licences": {
        "kind": "height",
        "number": "H-1",
        "valid_from": "2026-01-01",
    },
    "/technicians/<uuid:technician_id>/reveal": BECAUSE,
    "/technicians/<uuid:technician_id>/shifts": HOURS,
    "/visits/<uuid:visit_id>/reports": {
        "at": "2026-03-01T12:00:00+08:00",
        "device": "phone",
        "sequence": 1,
        "state": "on-the-way",
    },
}
"""A body for what looks at the body first: whoever has no business here must not get that far."""
ASKED: dict[str, dict[str, str]] = {
    "/api/v1/plans/<uuid:plan_id>/comparison": {"before": "00000000-0000-4000-8000-000000000000"},
    "/api/v1/technicians/<uuid:technician_id>/qualification": {
        "job_type": "install",
        "brand": "BRAND",
        "category": "CATEGORY",
    },
    "/day/go": {"territory": "TERRITORY", "day": "2026-03-02"},
}
FORMS = {
    "/partner/certificates/<uuid:certificate_id>": {"decision": "approve"},
    "/field/visits/<uuid:visit_id>/report": {
        "state": "on-the-way",
        "form_id": "00000000-0000-4000-8000-000000000000",
    },
}
CONTENT_IS_MISSED = {"/day/go", "/jobs/<uuid:job_id>/arrived"}
"""Where 404 may also be about something that is named in the body."""


@dataclass(frozen=True)
class Cell:
    """One question: who asks what of whom."""

    rule: Rule
    method: str
    policy: Policy
    asker: Asker
    side: Side

    @property
    def is_api(self) -> bool:
        return self.rule.rule.startswith("/api/")

    @property
    def things(self) -> set[str]:
        """The names in the address that belong to a half."""
        return set(self.rule.arguments) & set(self.side.ids)


def cells(app: Flask, sides: list[Side], askers: list[Asker]) -> Iterator[Cell]:
    """Yield every route × method × asker × half; a route that names nothing is asked once."""
    for rule, method in routes(app):
        policy = policy_of(app, rule.endpoint, method)
        assert policy is not None
        if rule.endpoint == "static":
            continue
        for asker in askers:
            if policy.public and asker.name not in ASKING_THE_PUBLIC:
                continue
            for side in sides:
                cell = Cell(rule, method, policy, asker, side)
                if cell.things or side is sides[0]:
                    yield cell


def send(cell: Cell) -> Any:
    """Ask, with a body and questions that are good as far as they are looked at first."""
    values = FIXED | cell.side.ids
    built = cell.rule.build({name: values[name] for name in cell.rule.arguments})
    assert built is not None
    headers = cell.asker.headers | {"If-Match": '"none"'}
    given: dict[str, Any] = {"query_string": _with_codes(ASKED.get(cell.rule.rule), cell.side)}
    if cell.method not in SAFE and cell.is_api:
        body = BODIES.get(cell.rule.rule.removeprefix("/api/v1"), {})
        given["json"] = _with_codes(body, cell.side)
    elif cell.method not in SAFE:
        given["data"] = FORMS.get(cell.rule.rule)
    return cell.asker.client.open(built[1], method=cell.method, headers=headers, **given)


def _with_codes(values: dict[str, Any] | None, side: Side) -> dict[str, Any] | None:
    codes = {
        "BRAND": side.world.brand.code,
        "CATEGORY": side.world.category.code,
        "TERRITORY": side.world.territory.code,
    }
    return values and {
        name: codes.get(value, value) if isinstance(value, str) else value
        for name, value in values.items()
    }


def expected(cell: Cell) -> str:
    """Return ``public``, ``unknown``, ``forbidden``, ``absent`` or ``reached``."""
    asker = cell.asker
    if cell.policy.public:
        return "public"
    if asker.role is None:
        return "unknown"
    if not _may_come_here(cell):
        return "forbidden"
    own = asker.role is ADMIN or asker.side == cell.side.name
    if own or all(asker.role in OPEN_TO.get(name, ()) for name in cell.things):
        return "reached"
    return "absent"


def _may_come_here(cell: Cell) -> bool:
    asker, roles = cell.asker, cell.policy.roles
    reaching = LESS.get((cell.rule.rule, cell.method), roles)
    scope = "read" if cell.method in SAFE else "write"
    by_program = asker.scopes is not None
    return (
        (not roles or asker.role in reaching)
        and (asker.scopes is None or scope in asker.scopes)
        and not (by_program and cell.rule.rule in IN_PERSON and cell.method not in SAFE)
    )


def judge(cell: Cell, answer: Any, sides: list[Side]) -> str:
    """Say what is wrong with an answer; nothing when it is as it should be."""
    wish, status, rule = expected(cell), answer.status_code, cell.rule.rule
    missed = rule in CONTENT_IS_MISSED or "before" in ASKED.get(rule, ())
    right = {
        "public": True,
        "unknown": status == 401 or (status == 303 and "/sign-in" in answer.location),
        "forbidden": status == 403 or (status == 404 and (rule, cell.method) in LESS),
        "absent": status == 404,
        "reached": status not in {401, 403} and status < 500 and (status != 404 or missed),
    }[wish]
    if not right:
        return (
            f"{wish}, got {status} {(answer.json or {}).get('code', '') if answer.is_json else ''}"
        )
    return leak(cell, answer, sides)


def leak(cell: Cell, answer: Any, sides: list[Side]) -> str:
    """Say which planted words an answer tells to somebody of the other half, or to nobody."""
    if cell.asker.role is ADMIN:
        return ""
    text = answer.get_data(as_text=True)
    for side in sides:
        if side.name == cell.asker.side or ("secret" in cell.things and side is cell.side):
            continue
        for what, words in side.planted.items():
            if words in text:
                return f"told the {what} of {side.name}"
    return ""
