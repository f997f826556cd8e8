"""What reading a message gives."""

from dataclasses import dataclass, field
from typing import Any

SURE = 0.95
LIKELY = 0.8
MAYBE = 0.6


@dataclass(frozen=True)
class Guess:
    """One finding.

    Attributes:
        confidence: From 0 to 1; below 0.7 a person should look twice.
        source: The words it was read from.
    """

    value: Any
    confidence: float
    source: str


@dataclass(frozen=True)
class Word:
    """A name or code that messages may use, and what it stands for.

    ``kind`` is ``brand``, ``model`` or ``category``; a model's word carries its brand's and
    category's codes too.
    """

    text: str
    kind: str
    code: str
    brand: str | None = None
    category: str | None = None


Vocabulary = list[Word]


@dataclass(frozen=True)
class MessageDraft:
    """What a message seems to ask for; nothing is created from it without a person.

    ``fields`` are named as in the orders import; ``rest`` is what nothing was made of.
    """

    fields: dict[str, Guess] = field(default_factory=dict)
    rest: str = ""

    @property
    def missing(self) -> list[str]:
        """Name what an order needs and the message does not say."""
        needed = ("customer_name", "phone", "address", "brand", "job_type")
        absent = [name for name in needed if name not in self.fields]
        has_goods = self.fields.keys() & {"model", "category"}
        return absent if has_goods else [*absent, "model"]
