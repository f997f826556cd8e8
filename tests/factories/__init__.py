"""Valid objects with one line; a test names only what it is about.

Each factory commits what it makes and returns it.
"""

from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

from app.accounts import service as accounts
from app.accounts.models import Partner, User
from app.catalogue.models import Brand, Category, JobType, ProductModel, WorkSpec
from app.core.db import db, is_writing, unit_of_work
from app.core.personal import Person
from app.core.policies import Actor, Role, system
from app.customers.models import Customer
from app.jobs.models import Job, JobState
from app.places.models import GeocodeState, Place, Precision, Territory
from app.technicians.models import Technician

MONDAY_8AM = datetime(2026, 3, 2, 0, tzinfo=UTC)
"""Monday 2 March 2026, 08:00 in Guangzhou."""

TEST = system("test")
PASSWORD = "correct horse battery"
_numbers = count(1)


def number() -> int:
    """Return a number no other call got."""
    return next(_numbers)


def _keep(row):
    db.session.add(row)
    db.session.flush()
    return row


def made(kind, /, **values):
    """Store a row of any model, in a unit of work of its own unless one is open."""
    return _stored(kind(**values))


def make_territory(**given) -> Territory:
    values = {
        "code": f"T{number()}",
        "name": "Guangzhou",
        "timezone": "Asia/Shanghai",
        "country": "CN",
        "lat": 23.13,
        "lon": 113.26,
        "radius_km": 60.0,
    }
    return made(Territory, **(values | given))


def make_brand(**given) -> Brand:
    return made(Brand, **({"code": f"B{number()}", "name": "Nordhem", "service_days": 7} | given))


def make_category(code: str | None = None, parent: Category | None = None) -> Category:
    code = code or f"c{number()}"
    path = f"{parent.path if parent else '/'}{code}/"
    return made(
        Category, code=code, name=code.title(), parent_id=parent.id if parent else None, path=path
    )


def make_model(brand=None, category=None, **given) -> ProductModel:
    brand, category = brand or make_brand(), category or make_category()
    values = {"brand_id": brand.id, "category_id": category.id, "code": f"M{number()}"}
    return made(ProductModel, **(values | {"name": "Wardrobe"} | given))


def make_spec(**given) -> WorkSpec:
    values = {"job_type": JobType.INSTALL, "work_seconds": 3600, "setup_seconds": 600}
    return made(WorkSpec, **(values | given))


def make_partner(**given) -> Partner:
    return made(Partner, **({"code": f"P{number()}", "name": "Pearl River Fitters"} | given))


def make_place(territory=None, person=None, **given) -> Place:
    territory = territory or make_territory()
    values = {
        "territory_id": territory.id,
        "address_index": f"a{number()}",
        "lat": 23.13,
        "lon": 113.27,
        "precision": Precision.PIN,
        "radius_m": 0,
        "state": GeocodeState.FOUND,
        "source": "pin",
    }
    address = given.pop("address", "广州市天河区体育西路1号")
    place = Place(person=person or Person.new(), **(values | given))
    place.address = address
    return _stored(place)


def make_customer(**given) -> Customer:
    values = {"name": "王小明", "phone": "+8613800138000"} | given
    customer = Customer(person=Person.new(), phone_index=f"p{number()}")
    customer.name, customer.phone = values["name"], values["phone"]
    return _stored(customer)


def make_technician(territory=None, **given) -> Technician:
    territory = territory or make_territory()
    name, phone = given.pop("name", "陈伟"), given.pop("phone", "+8613900139000")
    technician = Technician(
        person=Person.new(), **({"code": f"t{number()}", "territory_id": territory.id} | given)
    )
    technician.name, technician.phone = name, phone
    return _stored(technician)


def make_job(**given) -> Job:
    territory = given.pop("territory", None) or make_territory()
    customer = given.pop("customer", None) or make_customer()
    place = given.pop("place", None) or make_place(territory, customer.person)
    brand = given.pop("brand", None) or make_brand()
    category = given.pop("category", None) or make_category()
    values = {
        "number": f"J{number():06d}",
        "job_type": JobType.INSTALL,
        "brand_id": brand.id,
        "category_id": category.id,
        "customer_id": customer.id,
        "place_id": place.id,
        "territory_id": territory.id,
        "state": JobState.RELEASED,
        "work_seconds": 3600,
        "created_at": MONDAY_8AM,
    }
    return _stored(Job(person=customer.person, **(values | given)))


def make_user(*roles: Role, password: str | None = None, **given) -> User:
    if Role.BRAND in roles:
        given.setdefault("brand_id", make_brand().id)
    if Role.PARTNER in roles:
        given.setdefault("partner_id", make_partner().id)
    with unit_of_work():
        new = accounts.NewUser(
            login=given.pop("login", f"user{number()}"),
            name=given.pop("name", "Dispatcher"),
            roles=frozenset(roles),
            password=password,
            **given,
        )
        return accounts.create_user(new, actor=TEST)


def administrator() -> Actor:
    return Actor(
        user_id=uuid4(), via="session", name="admin", roles=frozenset({Role.ADMINISTRATOR})
    )


def dispatcher(*territories: Territory) -> Actor:
    return Actor(
        user_id=uuid4(),
        via="session",
        name="dispatcher",
        roles=frozenset({Role.DISPATCHER}),
        territory_ids=frozenset(t.id for t in territories),
    )


def brand_key(brand: Brand) -> Actor:
    return Actor(
        via="key",
        name="brand-key",
        roles=frozenset({Role.BRAND}),
        scopes=frozenset({"read", "write"}),
        brand_ids=frozenset({brand.id}),
    )


def technician_actor(technician: Technician) -> Actor:
    return Actor(
        user_id=uuid4(),
        via="session",
        name=technician.code,
        roles=frozenset({Role.TECHNICIAN}),
        technician_id=technician.id,
    )


def bearer(actor_user: User) -> dict[str, str]:
    """Return the headers of an API caller acting for a user."""
    with unit_of_work():
        _, secret = accounts.issue_key(f"test {number()}", actor=TEST, user_id=actor_user.id)
    return {"Authorization": f"Bearer {secret}"}


def brand_bearer(brand: Brand) -> dict[str, str]:
    """Return the headers of a brand's own system."""
    with unit_of_work():
        _, secret = accounts.issue_key(f"test {number()}", actor=TEST, brand_id=brand.id)
    return {"Authorization": f"Bearer {secret}"}


def _stored(row):
    if is_writing():
        return _keep(row)
    with unit_of_work():
        return _keep(row)
