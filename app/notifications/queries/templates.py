"""Reading how messages are worded."""

from uuid import UUID

import sqlalchemy as sa

from app.core import settings
from app.core.db import db
from app.core.errors import NotFound
from app.core.outbox import OutboxMessage
from app.jobs.models import Job
from app.notifications import rules
from app.notifications.models import MessageTemplate
from app.notifications.rules import Wording


class TemplateNotFound(NotFound):
    """There is no such template."""

    code = "template-not-found"


def templates() -> sa.Select[MessageTemplate]:
    """Select every wording that replaces what is shipped."""
    return sa.select(MessageTemplate)


def template(template_id: UUID, *, locked: bool = False) -> MessageTemplate:
    """Return a wording, locked and fresh if it is about to change.

    Raises:
        TemplateNotFound: there is none.
    """
    chosen = sa.select(MessageTemplate).where(MessageTemplate.id == template_id)
    if locked:
        chosen = chosen.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(chosen)
    if found is None:
        raise TemplateNotFound(template_id=str(template_id))
    return found


def wording(message: OutboxMessage, locale: str, values: dict[str, object]) -> Wording:
    """Put a message into words: its brand's own, the installation's own, or those shipped."""
    own = best(message, locale)
    if own is not None:
        return rules.word_as(own.subject, own.text, locale, values)
    return rules.word(message.topic, locale, values)


def best(message: OutboxMessage, locale: str) -> MessageTemplate | None:
    """Return the nearest wording: the brand's before anybody's, the channel's before any."""
    brand_id = _brand_of(message)
    language = rules.language(locale)
    channel = rules.channel(settings.current().delivery)
    chosen = sa.select(MessageTemplate).where(
        MessageTemplate.topic == message.topic,
        MessageTemplate.locale == language,
        sa.or_(MessageTemplate.brand_id.is_(None), MessageTemplate.brand_id == brand_id),
        MessageTemplate.channel.in_(["", channel]),
    )
    found = db.session.scalars(chosen).all()
    return max(found, key=lambda one: (one.brand_id is not None, one.channel != ""), default=None)


def _brand_of(message: OutboxMessage) -> UUID | None:
    """Return whose goods a message is about; one to a technician about a day is nobody's."""
    number = message.payload.get("job")
    if number is None:
        return None
    return db.session.scalar(sa.select(Job.brand_id).where(Job.number == number))
