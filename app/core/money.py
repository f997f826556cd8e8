"""Amounts are integers in minor units of a currency (fen, cents)."""

from dataclasses import dataclass

from babel.core import get_global
from babel.numbers import format_currency


@dataclass(frozen=True, order=True)
class Money:
    """An amount with its currency; adding different currencies is refused."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.minor + other.minor, self.currency)

    def __mul__(self, count: int) -> "Money":
        return Money(self.minor * count, self.currency)


def minor_digits(currency: str) -> int:
    """Return how many decimals a currency has: 2 for CNY, 0 for JPY."""
    fractions = get_global("currency_fractions")
    digits, *_ = fractions.get(currency, fractions["DEFAULT"])
    return int(digits)


def show(money: Money, locale: str = "en") -> str:
    """Format for people: ``¥120.00``."""
    major = money.minor / 10 ** minor_digits(money.currency)
    return str(format_currency(major, money.currency, locale=locale))
