"""A visit as an entry for the consumer's calendar."""

from flask_babel import gettext
from icalendar import Calendar, Event

from app.core import clock
from app.web.portal.following import Followed
from app.web.shared.formats import local_name
from app.web.shared.words import word


def entry(found: Followed) -> bytes:
    """Write the window of a visit as iCalendar (RFC 5545); the same job stays the same entry."""
    begin, end = found.window or (clock.now(), clock.now())
    event = Event()
    event.add("uid", f"{found.job.id}@shifu")
    event.add("sequence", found.job.version)
    event.add("dtstamp", clock.now())
    event.add("dtstart", begin)
    event.add("dtend", end)
    brand, kind = local_name(found.view.brand), word(found.job.job_type, "job_type")
    event.add("summary", f"{brand}: {kind}")
    event.add("status", "CONFIRMED" if found.is_promised else "TENTATIVE")
    event.add("description", gettext("Job %(number)s", number=found.job.number))
    calendar = Calendar()
    calendar.add("prodid", "-//Shifu//consumer//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
