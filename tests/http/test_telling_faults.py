"""What a schema refuses names field, value and remedy, in the reader's language."""

import pytest
from marshmallow import Schema, fields, validate

from app.http import faults


class Asked(Schema):
    name = fields.String(required=True, validate=validate.Length(max=3))
    level = fields.Integer(validate=validate.Range(min=1, max=5))
    kind = fields.String(validate=validate.OneOf(["install", "repair"]))
    day = fields.Date()
    secret = fields.String(validate=validate.Length(max=3))
    items = fields.List(fields.Nested("Asked"))


def refused(app, sent):
    with app.test_request_context():
        return faults.entries(Asked().validate(sent), {"json": sent})


@pytest.mark.parametrize(
    ("sent", "field", "value", "remedy"),
    [
        ({}, "name", None, "Send it."),
        ({"name": "abcd"}, "name", "abcd", "Its length is at most 3."),
        ({"name": "a", "level": 9}, "level", 9, "It is from 1 to 5."),
        (
            {"name": "a", "level": "x"},
            "level",
            "x",
            "Send digits without quotes, point or exponent.",
        ),
        ({"name": "a", "kind": "mend"}, "kind", "mend", "Choose one of: install, repair."),
        ({"name": "a", "day": "27/11"}, "day", "27/11", "Write it as 2026-11-27."),
        (
            {"name": "a", "colour": "red"},
            "colour",
            "red",
            "Leave it out, or check its spelling in the API's description.",
        ),
    ],
)
def test_a_fault_names_field_value_and_remedy(app, sent, field, value, remedy):
    [fault] = refused(app, sent)

    assert (fault["field"], fault["value"], fault["remedy"]) == (field, value, remedy)


def test_a_fault_deep_inside_is_found_by_its_way(app):
    [fault] = refused(app, {"name": "a", "items": [{"name": "b"}, {"name": "c", "level": 0}]})

    assert (fault["field"], fault["value"]) == ("items.1.level", 0)


def test_a_secret_is_never_repeated(app):
    [fault] = refused(app, {"name": "a", "secret": "hunter2"})

    assert fault["value"] is None


def test_a_long_value_is_cut(app):
    [fault] = refused(app, {"name": "x" * 5000})

    assert len(fault["value"]) < 200


def test_the_reader_gets_their_language(client):
    answer = client.post(
        "/api/v1/ratings", json={"secret": "rate_x"}, headers={"Accept-Language": "zh"}
    )

    assert [fault["message"] for fault in answer.json["errors"]] == ["此项必填。"]
