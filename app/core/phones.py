"""Phone numbers: E.164 where possible, with the extension of a privacy number."""

import re
from dataclasses import dataclass

import phonenumbers

from app.core import settings
from app.core.errors import Invalid, problem_of

EXTENSION = re.compile(
    r"\s*(?:#|转|轉|分机|ext\.?|x|,|-(?=\d{3,6}$))\s*(\d{2,8})\s*$", re.IGNORECASE
)
VIRTUAL = re.compile(r"^(?:95\d{3,13}|1[07]\d{9}|400\d{7})$")


class PhoneNotValid(Invalid):
    """This is not a phone number."""

    code = "phone-not-valid"


@dataclass(frozen=True)
class Phone:
    """A number that can be called; a privacy number needs its extension."""

    number: str
    extension: str | None = None

    def __str__(self) -> str:
        return f"{self.number},{self.extension}" if self.extension else self.number


def parse(text: str, *, field: str = "phone") -> Phone:
    """Read a number as people write it: ``138 0013 8000``, ``17012345678转1234``.

    Raises:
        PhoneNotValid: no country's numbering plan has it, and it is no privacy number.
    """
    whole = text.strip()
    if phone := _dialled(whole, None):
        return phone
    found = EXTENSION.search(whole)
    if found and (phone := _dialled(whole[: found.start()], found.group(1))):
        return phone
    raise PhoneNotValid(
        errors=[
            problem_of(
                field,
                "is not a phone number",
                value=text,
                remedy="write it with area code, e.g. 138 0013 8000",
            )
        ]
    )


def _dialled(text: str, extension: str | None) -> Phone | None:
    try:
        number = phonenumbers.parse(text, settings.current().country)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_valid_number(number):
        e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        return Phone(e164, extension or number.extension)
    digits = re.sub(r"[\s-]", "", text).removeprefix("+86")
    return Phone(f"+86{digits}", extension) if VIRTUAL.match(digits) else None
