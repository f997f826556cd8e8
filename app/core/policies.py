"""Who is asking, and the one way to insist on a policy."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.core.errors import Forbidden


class Role(StrEnum):
    """What a person or key may be; an actor may have several."""

    ADMINISTRATOR = "administrator"
    DISPATCHER = "dispatcher"
    TECHNICIAN = "technician"
    PARTNER = "partner"
    BRAND = "brand"
    CONSUMER = "consumer"


@dataclass(frozen=True)
class Actor:
    """Whoever asks: a signed-in person, a key, a link, the system itself or nobody.

    Attributes:
        via: How they came in: ``session``, ``token``, ``key``, ``link``, ``system`` or ``nobody``.
        name: What the audit shows; never personal data.
        territory_ids: Territories a dispatcher works for.
        scopes: What a token or key is good for; empty for people.
    """

    user_id: UUID | None = None
    via: str = "nobody"
    name: str = ""
    roles: frozenset[Role] = frozenset()
    scopes: frozenset[str] = frozenset()
    territory_ids: frozenset[UUID] = frozenset()
    brand_ids: frozenset[UUID] = frozenset()
    partner_ids: frozenset[UUID] = frozenset()
    technician_id: UUID | None = None
    customer_id: UUID | None = None
    locale: str = field(default="en", compare=False)

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def is_administrator(self) -> bool:
        return Role.ADMINISTRATOR in self.roles

    def works_in(self, territory_id: UUID | None) -> bool:
        """Tell whether they dispatch a territory; administrators dispatch every one."""
        return self.is_administrator or (
            self.has(Role.DISPATCHER)
            and (territory_id is None or territory_id in self.territory_ids)
        )

    @property
    def identity(self) -> str:
        """Name the actor in audit rows and idempotency claims."""
        return f"{self.via}:{self.user_id or self.customer_id or self.name}"


NOBODY = Actor()


def system(name: str) -> Actor:
    """Return the actor for the product's own background work and its command line."""
    return Actor(via="system", name=name, roles=frozenset({Role.ADMINISTRATOR}))


Provider = Callable[[Actor], dict[str, Any]]
_providers: list[Provider] = []


def add_provider(provider: Provider) -> None:
    """Let an area above accounts tell more about an actor, such as their technician."""
    if provider not in _providers:
        _providers.append(provider)


def complete(actor: Actor) -> Actor:
    """Ask every provider what it knows of the actor."""
    for provider in _providers:
        actor = replace(actor, **provider(actor))
    return actor


def require(allowed: bool, action: str) -> None:
    """Raise ``Forbidden`` unless a policy has said yes."""
    if not allowed:
        raise Forbidden(action=action)
