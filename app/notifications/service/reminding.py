"""Messages by the clock, and the link that a consumer has lost."""

from datetime import datetime, timedelta
from uuid import UUID

from app.core import clock, links, outbox
from app.core.db import db
from app.core.links import Purpose
from app.core.outbox import OutboxMessage
from app.jobs.models import Job
from app.notifications import queries
from app.places.models import Territory

LOST_A_DAY = 3
"""How often a day a lost link is sent again, whoever asks for it."""


def remind(visit_id: UUID, window_start: datetime) -> OutboxMessage | None:
    """Remind a consumer of tomorrow's visit; once for each time that was agreed."""
    return _once(visit_id, "visit-reminder", f"reminder:{visit_id}:{window_start:%Y%m%d%H}")


def say_it_is_late(visit_id: UUID) -> OutboxMessage | None:
    """Tell a consumer that the promised window will pass; once for each visit."""
    return _once(visit_id, "visit-late", f"late:{visit_id}")


def _once(visit_id: UUID, topic: str, about: str) -> OutboxMessage | None:
    facts = queries.visit_facts(visit_id)
    if facts is None or queries.was_said(about, topic):
        return None
    secret, _ = links.mint(Purpose.JOB, facts.job_id)
    return outbox.enqueue(
        topic,
        about=about,
        recipient=facts.recipient,
        payload=facts.payload | {"link": links.address(secret)},
        scope=facts.territory_id,
    )


def tell_of_the_case(job_id: UUID, case_id: UUID) -> OutboxMessage:
    """Tell a consumer that their case was answered; the words are on their page alone."""
    job = db.session.get_one(Job, job_id)
    about = f"case:{case_id}"
    outbox.withdraw(about)
    secret, _ = links.mint(Purpose.JOB, job_id)
    territory = db.session.get_one(Territory, job.territory_id)
    return outbox.enqueue(
        "case-answered",
        about=about,
        recipient=f"customer:{job.customer_id}",
        payload=queries.job_payload(job, territory) | {"link": f"{links.address(secret)}/cases"},
        scope=job.territory_id,
    )


def send_lost_link(number: str, phone: str) -> None:
    """Send the link of a job to its order's phone, if this is it; nobody learns whether it is.

    Links sent before stop working: whoever found the old message has nothing.
    """
    job = queries.job_of_phone(number, phone)
    if job is None:
        return
    about = f"lost-link:{job.id}"
    if queries.said_since(about, clock.now() - timedelta(days=1)) >= LOST_A_DAY:
        return
    links.revoke(Purpose.JOB, job.id)
    secret, _ = links.mint(Purpose.JOB, job.id)
    territory = db.session.get_one(Territory, job.territory_id)
    outbox.enqueue(
        "lost-link",
        about=about,
        recipient=f"customer:{job.customer_id}",
        payload=queries.job_payload(job, territory) | {"link": links.address(secret)},
        scope=job.territory_id,
    )
