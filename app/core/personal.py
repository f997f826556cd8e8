"""Personal data at rest: sealed with one key for each person, found by blind index.

A model with personal data is ``Personal``: it belongs to a ``Person`` and declares each value as a
``Sealed`` with why it is kept, how it is masked and how long. Forgetting a person destroys their
key; every value sealed with it is then unreadable, in the database and in its backups.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.core import keys
from app.core.db import Model

FORGOTTEN = "—"


class Person(Model):
    """A natural person whose data we hold, whatever they are to us."""

    __tablename__ = "persons"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    forgotten_at: Mapped[datetime | None]

    @classmethod
    def new(cls) -> "Person":
        person = cls(id=uuid4())
        person.wrap(secrets.token_bytes(32))
        return person

    def wrap(self, key: bytes) -> None:
        """Keep this person's key, wrapped with one made from the master key."""
        unwrap = keys.derived_key("persons")
        self.wrapped_key = keys.seal(key, key=unwrap, context=str(self.id))

    def opens(self) -> bool:
        """Tell whether the present master key is the one that wrapped this person's."""
        try:
            return self.key() is not None
        except InvalidTag:
            return False

    def key(self) -> bytes | None:
        """Unwrap this person's key; ``None`` once they are forgotten."""
        if self.wrapped_key is None:
            return None
        unwrap = keys.derived_key("persons")
        return keys.open_sealed(self.wrapped_key, key=unwrap, context=str(self.id))


class Personal:
    """Mixin of every table that holds personal data.

    Attributes:
        OPEN: Personal columns that are held open, and what they become when the person is
            forgotten: a value, or what makes it of the row. The audit keeps their fingerprints.
        TOLD: Plain columns that belong in the export of the person's data.
        DEALT_AT: The column that says when we last dealt with the person, where one does.
    """

    OPEN: ClassVar[Mapping[str, Any]] = {}
    TOLD: ClassVar[tuple[str, ...]] = ()
    DEALT_AT: ClassVar[str | None] = None

    person_id: Mapped[UUID] = mapped_column(ForeignKey(Person.id), index=True)

    @declared_attr
    @classmethod
    def person(cls) -> Mapped[Person]:
        return relationship(Person, lazy="joined", innerjoin=True)

    @property
    def still_needed(self) -> bool:
        """Tell whether the person may not be forgotten while this row is as it is."""
        return False

    def forget(self) -> None:
        """Empty what is sealed, and replace what is held open."""
        for value in vars(type(self)).values():
            if isinstance(value, Sealed) and getattr(self, value.column) is not None:
                setattr(self, value.column, b"")
        for name, becomes in self.OPEN.items():
            setattr(self, name, becomes(self) if callable(becomes) else becomes)


def mask_text(text: str) -> str:
    """Keep the first character: ``王**``, ``A****``."""
    return text[:1] + "*" * min(len(text) - 1, 4)


def mask_phone(text: str) -> str:
    """Keep the number's ends, nothing of an extension: ``138****2345``, ``170****5678,****``."""
    number, comma, _ = text.partition(",")
    ends = number[:-8] + "****" + number[-4:] if len(number) >= 8 else "****"
    return f"{ends},****" if comma else ends


def mask_address(text: str) -> str:
    """Keep what names the area, not the door."""
    return text[: max(6, len(text) // 2)] + "****"


def mask_all(_: str) -> str:
    """Show nothing."""
    return "****"


@dataclass(frozen=True)
class Sealed:
    """One personal value of a row, stored encrypted in ``column``, kept as long as the person.

    Attributes:
        why: Why it is held, for the register of processing.
        mask: How it is shown to those who need not read it.
    """

    column: str
    why: str
    mask: Callable[[str], str] = mask_all

    def __get__(self, row: Any, owner: type) -> Any:
        if row is None:
            return self
        sealed: bytes | None = getattr(row, self.column)
        if sealed is None:
            return None
        key = row.person.key()
        if key is None:
            return FORGOTTEN
        return keys.open_sealed(sealed, key=key, context=self._context(row)).decode()

    def __set__(self, row: Any, value: str | None) -> None:
        if row.person is None:
            raise ValueError("give the row its person before its personal data")
        if value is not None and self.__get__(row, type(row)) == value:
            return
        key = row.person.key()
        if value is None or key is None:
            sealed = None
        else:
            sealed = keys.seal(value.encode(), key=key, context=self._context(row))
        setattr(row, self.column, sealed)

    def masked(self, row: Any) -> str | None:
        value = self.__get__(row, type(row))
        return None if value is None else self.mask(value)

    def _context(self, row: Any) -> str:
        return f"{type(row).__tablename__}.{self.column}:{row.person.id}"


def masked(row: Any, name: str) -> str | None:
    """Return a personal value of a row as those see it who need not read it."""
    declared: Sealed = getattr(type(row), name)
    return declared.masked(row)


def blind_index(kind: str, normalised: str) -> str:
    """Return what finds an exact value without showing it (keyed hash, 32 hex digits)."""
    digest = hmac.new(keys.derived_key(f"index:{kind}"), normalised.encode(), hashlib.sha256)
    return digest.hexdigest()[:32]


def fingerprint(value: Any) -> str:
    """Return what tells one open personal value from another in the audit, and not what it is."""
    digest = hmac.new(keys.derived_key("audit"), repr(value).encode(), hashlib.sha256)
    return f"sealed:{digest.hexdigest()[:16]}"


def holders() -> list[type[Any]]:
    """List every table's class that holds personal data, in the order of their names."""
    classes = {mapper.class_ for mapper in Model.registry.mappers}
    found = [one for one in classes if issubclass(one, Personal)]
    return sorted(found, key=lambda one: one.__tablename__)


def declared() -> list[tuple[str, str, Sealed]]:
    """List every personal value of every table: (table, name, declaration)."""
    return [
        (mapper.class_.__tablename__, name, value)
        for mapper in Model.registry.mappers
        for name, value in vars(mapper.class_).items()
        if isinstance(value, Sealed)
    ]
