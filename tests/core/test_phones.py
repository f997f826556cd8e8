"""Phone numbers as people write them."""

import pytest

from app.core.phones import Phone, PhoneNotValid, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("138 0013 8000", Phone("+8613800138000")),
        ("+86-138-0013-8000", Phone("+8613800138000")),
        ("020-8888 6666", Phone("+862088886666")),
        ("17012345678转1234", Phone("+8617012345678", "1234")),
        ("17012345678-1234", Phone("+8617012345678", "1234")),
        ("95013 123456789 #0042", Phone("+8695013123456789", "0042")),
        ("+44 20 7946 0018", Phone("+442079460018")),
        ("020-88886666 ext 301", Phone("+862088886666", "301")),
    ],
)
def test_a_number_is_read_however_it_is_written(text, expected):
    assert parse(text) == expected


@pytest.mark.parametrize("text", ["", "12", "not a phone", "138001380001234567", "+86 1"])
def test_what_is_no_number_is_refused_with_a_remedy(text):
    with pytest.raises(PhoneNotValid) as refusal:
        parse(text)

    [fault] = refusal.value.details["errors"]
    assert fault["value"] == text
    assert fault["remedy"]
