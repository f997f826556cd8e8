"""Two halves of a business that must not see each other, and everybody who may ask."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from app.accounts import service as accounts
from app.accounts.models import User
from app.aftersales.models import CaseKind
from app.aftersales.service import open_case
from app.catalogue.models import JobType, PayRate, Price, PriceKind
from app.core import clock, links
from app.core.db import db, unit_of_work
from app.core.links import Purpose
from app.core.outbox import OutboxMessage
from app.core.policies import Role
from app.customers.models import Customer
from app.jobs.models import Job, Order, OrderJob
from app.notifications.models import MessageTemplate
from app.planning.queries import visits
from app.ratings import service as ratings
from app.ratings.service import Stars
from app.technicians.models import Absence, AbsenceKind, Licence, Shift, Technician
from app.web.shared.cookies import SESSION
from tests.factories import (
    TEST,
    made,
    make_customer,
    make_model,
    make_partner,
    make_place,
    make_spec,
    make_user,
)
from tests.planning.world import World, at, make_world
from tests.ratings.made import complete_visit, secret_of, within
from tests.web.signed_in import browser, signed_in

SIDES = ("left", "right")


@dataclass
class Side:
    """One half: what it has by the names that addresses use, and what must not leave it."""

    name: str
    world: World
    ids: dict[str, str]
    planted: dict[str, str]
    people: dict[str, User] = field(default_factory=dict)


@dataclass(frozen=True)
class Asker:
    """Somebody who asks: what they are, of which half, and how they come in."""

    name: str
    role: Role | None
    side: str = ""
    scopes: frozenset[str] | None = None
    client: Any = field(default=None, compare=False, repr=False)
    headers: dict[str, str] = field(default_factory=dict, compare=False, repr=False)


def make_side(name: str) -> Side:
    """Make a territory with a brand, a partner, people, a published day and a rated visit."""
    world, sign = make_world(), {"left": "甲", "right": "乙"}[name]
    planted = {
        "customer": f"机密{sign}户主",
        "phone": {"left": "13811112222", "right": "13833334444"}[name],
        "address": f"绝密{sign}大道7号",
        "technician": f"隐姓{sign}师傅",
        "other technician": f"埋名{sign}师傅",
        "technician phone": {"left": "13911112222", "right": "13933334444"}[name],
        "comment": f"私语{sign}评价",
    }
    partner = make_partner()
    people = {
        "dispatcher": make_user(Role.DISPATCHER, territory_ids=[world.territory.id]),
        "technician": make_user(Role.TECHNICIAN),
        "partner": make_user(Role.PARTNER, partner_id=partner.id),
        "brand": make_user(Role.BRAND, brand_id=world.brand.id),
    }
    technician = world.technician(
        name=planted["technician"],
        phone=f"+86{planted['technician phone']}",
        user_id=people["technician"].id,
        partner_id=partner.id,
    )
    customer = make_customer(name=planted["customer"], phone=f"+86{planted['phone']}")
    place = make_place(
        world.territory, customer.person, address=planted["address"], lat=23.135, lon=113.27
    )
    job = world.job(13, 15, customer=customer, place=place)
    world.technician(name=planted["other technician"], partner_id=partner.id, certified=False)
    plan = world.published()
    ids = {
        "job_id": job.id,
        "technician_id": technician.id,
        "place_id": place.id,
        "plan_id": plan.id,
        "person_id": customer.person_id,
        "territory_id": world.territory.id,
        "brand_id": world.brand.id,
        "category_id": world.category.id,
        "user_id": people["dispatcher"].id,
    }
    with unit_of_work():
        key, _ = accounts.issue_key("other", actor=TEST, brand_id=world.brand.id)
        secret, _ = links.mint(Purpose.JOB, job.id)
    told = db.select(OutboxMessage).where(OutboxMessage.scope == world.territory.id)
    ids |= _goods(world) | _papers(world, technician)
    ids |= _finished(world, technician, customer, planted["comment"])
    ids |= {
        "order_id": _order(world, job, customer),
        "visit_id": visits.current_of([job.id])[job.id].id,
        "message_id": db.session.scalars(told).first().id,
        "key_id": key.id,
        "template_id": _wording(world),
        "secret": secret,
        "code": world.territory.code,
        "territory": world.territory.code,
    }
    shown = {name: str(value) for name, value in ids.items()}
    return Side(name, world, shown, planted, people)


def make_askers(app: Any, sides: list[Side]) -> list[Asker]:
    """Sign everybody in, each by every way that they have."""
    found = [
        _signed_in(Asker("administrator", Role.ADMINISTRATOR), browser(app, Role.ADMINISTRATOR)),
        Asker("nobody", None, client=app.test_client()),
        Asker("wrong key", None, client=app.test_client(), headers=_bearer("token_wrong")),
    ]
    for side in sides:
        for name, user in side.people.items():
            asker = Asker(f"{name} {side.name}", Role(name), side.name)
            found.append(_signed_in(asker, signed_in(app, user)))
        found += [_brand_key(app, side, scopes) for scopes in (("read",), ("read", "write"))]
        found.append(_token(app, side))
    found.append(_shut_out(app, sides[0]))
    return found


def _signed_in(asker: Asker, client: Any) -> Asker:
    """Send the session with every request, also after an answer has taken the cookie back."""
    cookie = client.get_cookie(SESSION)
    headers = {"Cookie": f"{SESSION}={cookie.value}"}
    return replace(
        asker, client=client.application.test_client(use_cookies=False), headers=headers
    )


def _brand_key(app: Any, side: Side, scopes: tuple[str, ...]) -> Asker:
    named, brand = f"brand key {'+'.join(scopes)} {side.name}", side.world.brand
    with unit_of_work():
        _, secret = accounts.issue_key(named, actor=TEST, brand_id=brand.id, scopes=scopes)
    asker = Asker(named, Role.BRAND, side.name, frozenset(scopes))
    return replace(asker, client=app.test_client(), headers=_bearer(secret))


def _token(app: Any, side: Side) -> Asker:
    named, user = f"dispatcher's reading token {side.name}", side.people["dispatcher"]
    with unit_of_work():
        _, secret = accounts.issue_key(named, actor=TEST, user_id=user.id, scopes=["read"])
    asker = Asker(named, Role.DISPATCHER, side.name, frozenset({"read"}))
    return replace(asker, client=app.test_client(), headers=_bearer(secret))


def _shut_out(app: Any, side: Side) -> Asker:
    """A dispatcher who was signed in when they were shut out."""
    where = [side.world.territory.id]
    user = make_user(Role.DISPATCHER, territory_ids=where)
    client = signed_in(app, user)
    with unit_of_work():
        accounts.disable_user(user.login, reason="left", actor=TEST)
    return _signed_in(Asker("shut out", None), client)


def _bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def _wording(world: World) -> UUID:
    words = {"topic": "rate-visit", "locale": "en", "subject": "How was it?", "text": "{link}"}
    return made(MessageTemplate, brand_id=world.brand.id, **words).id


def _goods(world: World) -> dict[str, Any]:
    model = make_model(world.brand, world.category)
    dated = {"valid_from": date(2025, 1, 1), "currency": "CNY"}
    price = made(
        Price,
        kind=PriceKind.EXTRA,
        code="drilling",
        name="Drilling",
        unit="hole",
        amount_minor=1000,
        brand_id=world.brand.id,
        **dated,
    )
    rate = made(
        PayRate,
        job_type=JobType.INSTALL,
        amount_minor=500,
        category_id=world.category.id,
        **dated,
    )
    return {
        "model_id": model.id,
        "spec_id": make_spec(model_id=model.id).id,
        "price_id": price.id,
        "rate_id": rate.id,
    }


def _papers(world: World, technician: Technician) -> dict[str, Any]:
    whose: dict[str, Any] = {"technician_id": technician.id}
    leave = {"starts_at": at(200), "ends_at": at(210), "kind": AbsenceKind.LEAVE}
    permit = {"kind": "electrician", "number": "E-1", "valid_from": date(2025, 1, 1)}
    return {
        "shift_id": made(Shift, starts_at=at(80), ends_at=at(88), **whose).id,
        "absence_id": made(Absence, **leave, **whose).id,
        "licence_id": made(Licence, **permit, **whose).id,
        "certificate_id": world.certificate(technician, job_type=JobType.REPAIR).id,
    }


def _order(world: World, job: Job, customer: Customer) -> UUID:
    order = made(
        Order,
        brand_id=world.brand.id,
        reference=f"SO-{job.number}",
        customer_id=customer.id,
        person=customer.person,
        received_at=clock.now(),
        fingerprint="f",
    )
    made(OrderJob, order_id=order.id, job_id=job.id, ref="1")
    return order.id


def _finished(
    world: World, technician: Technician, customer: Customer, words: str
) -> dict[str, UUID]:
    """Have a visit completed, rated in words and complained of."""
    where = {"territory": world.territory, "brand": world.brand}
    visit = complete_visit(technician, customer=customer, **where)
    stars = Stars(technician.id, 4, 5, comment=words)
    [rating] = within(ratings.rate, secret_of(visit), [stars])
    case = within(open_case, visit.job_id, CaseKind.OTHER, words, actor=TEST)
    return {"rating_id": rating.id, "case_id": case.id}
