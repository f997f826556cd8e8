"""Changing how messages are worded."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from jinja2 import TemplateError

from app.core import audit
from app.core.db import db
from app.core.errors import Conflict, Invalid, problem_of
from app.core.policies import Actor, require
from app.core.saving import save
from app.notifications import policies, queries, rules
from app.notifications.models import MessageTemplate


class TemplateExists(Conflict):
    """This message has a wording for this brand, channel and language; change that."""

    code = "template-exists"


class TemplateNotValid(Invalid):
    """This wording cannot be used."""

    code = "template-not-valid"


def add_template(values: Mapping[str, Any], *, actor: Actor) -> MessageTemplate:
    """Word a message otherwise than shipped, for a brand or for all.

    Raises:
        TemplateExists: there is such a wording already.
        TemplateNotValid: it names what the message does not know, or is no template.
    """
    require(policies.can_word(actor), "add-template")
    _check(values["topic"], values["locale"], values["subject"], values["text"])
    brand_id = values.get("brand_id")
    same = sa.select(MessageTemplate.id).where(
        MessageTemplate.topic == values["topic"],
        MessageTemplate.locale == values["locale"],
        MessageTemplate.channel == values.get("channel", ""),
        MessageTemplate.brand_id == brand_id if brand_id else MessageTemplate.brand_id.is_(None),
    )
    if db.session.scalar(same) is not None:
        raise TemplateExists(topic=values["topic"], locale=values["locale"])
    row = MessageTemplate(channel="")
    db.session.add(row)
    save("add-template", row, values, actor=actor)
    return row


def change_template(
    template_id: UUID, changes: Mapping[str, Any], *, actor: Actor
) -> MessageTemplate:
    """Change a wording's subject or text.

    Raises:
        TemplateNotFound: there is none.
        TemplateNotValid: it names what the message does not know, or is no template.
    """
    require(policies.can_word(actor), "change-template")
    row = queries.template(template_id, locked=True)
    subject, text = changes.get("subject", row.subject), changes.get("text", row.text)
    _check(row.topic, row.locale, subject, text)
    save("change-template", row, changes, actor=actor)
    return row


def remove_template(template_id: UUID, *, actor: Actor) -> None:
    """Go back to the words as shipped.

    Raises:
        TemplateNotFound: there is none.
    """
    require(policies.can_word(actor), "remove-template")
    row = queries.template(template_id, locked=True)
    audit.note("remove-template", "message_templates", row.id, actor=actor, topic=row.topic)
    db.session.delete(row)
    db.session.flush()


def _check(topic: str, locale: str, subject: str, text: str) -> None:
    """Word a made-up message, so that the first real one does not fail."""
    if topic not in rules.topics():
        remedy = ", ".join(sorted(rules.topics()))
        raise TemplateNotValid(
            errors=[problem_of("topic", "is no message", value=topic, remedy=remedy)]
        )
    for field, part in (("subject", subject), ("text", text)):
        try:
            rules.word_as(part, part, locale, rules.EXAMPLE)
        except (TemplateError, TypeError, ValueError, KeyError) as error:
            fault = problem_of(field, "is no usable template", value=part, remedy=str(error))
            raise TemplateNotValid(errors=[fault]) from error
