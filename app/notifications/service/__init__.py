"""Changing notifications: what is announced, how it is worded, what became of it."""

from app.notifications.service.reminding import (
    remind,
    say_it_is_late,
    send_lost_link,
    tell_of_the_case,
)
from app.notifications.service.sending import (
    Attempt,
    MessageNotResendable,
    announce,
    call_off,
    claim,
    delivered,
    not_delivered,
    not_wanted,
    postpone,
    prune,
    resend,
)
from app.notifications.service.wording import (
    TemplateExists,
    TemplateNotValid,
    add_template,
    change_template,
    remove_template,
)

__all__ = [
    "Attempt",
    "MessageNotResendable",
    "TemplateExists",
    "TemplateNotValid",
    "add_template",
    "announce",
    "call_off",
    "change_template",
    "claim",
    "delivered",
    "not_delivered",
    "not_wanted",
    "postpone",
    "prune",
    "remind",
    "remove_template",
    "resend",
    "say_it_is_late",
    "send_lost_link",
    "tell_of_the_case",
]
