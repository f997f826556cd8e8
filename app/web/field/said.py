"""The words of the phone's scripts, in the reader's language."""

from flask_babel import gettext as _

from app.web.shared.words import VISIT_STATES


def phone_words() -> dict[str, str]:
    """Return what the phone's scripts say; {name} is filled in by them."""
    states = {f"state_{state}": str(said) for state, said in VISIT_STATES.items()}
    return states | _reasons() | _queue()


def _queue() -> dict[str, str]:
    return {
        "unsent": _("Unsent: {count}"),
        "no_signal": _("No signal: kept on this phone"),
        "sign_in_to_send": _("Sign in again to send what is kept"),
        "somebody_else": _("Somebody else is signed in here: what you kept waits for you"),
        "loss": _(
            "{count} reports have not been sent and would be lost. Find a signal first, or sign "
            "out once more to lose them."
        ),
        "kept": _("Kept on this phone: {state}. It is sent when there is a signal."),
        "kept_short": _("Kept:"),
        "reported": _("Reported."),
        "sent_status": _("Sent"),
        "refused_status": _("Refused"),
        "understood": _("Understood"),
        "kept_status": _("Kept"),
    }


def _reasons() -> dict[str, str]:
    moved = _("The dispatcher has given this visit to somebody else. Thank you; you are free.")
    return {
        "reason_visit-reassigned": moved,
        "reason_visit-cancelled": _("This visit was cancelled in the meantime. Do not go there."),
        "reason_visit-not-published": _("This visit is not on today's plan any more."),
        "reason_already-so": _("The server knew this already."),
        "reason_already-further": _("The visit was further already; this is kept as evidence."),
        "reason_already-completed": _("The visit was completed already. Ask the dispatcher."),
        "reason_already-failed": _("It was reported as failed already. Ask the dispatcher."),
    }
