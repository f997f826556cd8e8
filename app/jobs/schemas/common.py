"""What the schemas of jobs share."""

from marshmallow import RAISE, Schema, validate

CODE = validate.Regexp(r"^[\w./-]{1,60}$", error="Letters, digits, dots and dashes, up to 60.")
CLOCK = validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d$", error="A wall time such as 08:00.")
REFERENCE = validate.Length(min=1, max=80)
SHORT = validate.Length(max=200)
LEVEL = validate.Range(min=1, max=5)
MINUTES = validate.Range(min=1, max=43_200)


class Strict(Schema):
    """A schema that refuses what it does not know."""

    class Meta:
        unknown = RAISE
