"""Why a job is left out and what would help, in sentences; front-ends translate them by code."""

from collections.abc import Mapping
from typing import Any

NOT_IN_PLAN = "not-in-plan"
REASONS = {
    "nobody-qualified": "Nobody in the territory is qualified for it.",
    "certificate-expired": "Those who could do it have a certificate that is out of date.",
    "excluded": "It is closed to everybody who could do it.",
    "no-shift": "Nobody who could do it is on shift in its window.",
    "window-too-narrow": "No route reaches it inside its window.",
    "limit": "It would exceed a limit of jobs, distance, driving or overtime.",
    "crew-incomplete": "Its crew cannot be brought together.",
    "tool-missing": "Nobody who could do it has the tools.",
    "part-missing": "Nobody who could do it has the parts.",
    "link-left-out": "The job that comes first is not planned.",
    "unreachable": "Its place cannot be reached, or is not known well enough.",
    "crowded-out": "Other jobs took the time of those who could do it.",
    "not-worth-it": "Doing it would cost more than leaving it out.",
    "search-limit": "It would fit, but the search ended first.",
    NOT_IN_PLAN: "It came in after this plan was made.",
}
REMEDIES = {
    "window": "Agree on another window.",
    "overtime": "Allow overtime.",
    "certificate": "Have somebody certified, or a certificate renewed.",
    "displace": "Leave out another job instead.",
    "crew": "Find another person for the crew.",
    "part": "Stock the part.",
    "plan-again": "Plan the day again.",
    "search-longer": "Search longer.",
    "drop-pin": "Drop a pin on the map.",
    "unpin": "Remove the pin, or give the technician a shift.",
    "plan-first": "See to the job that comes first.",
    "raise-priority": "Raise its priority.",
}
USUAL = {
    "nobody-qualified": "certificate",
    "certificate-expired": "certificate",
    "window-too-narrow": "window",
    "no-shift": "window",
    "limit": "overtime",
    "crew-incomplete": "crew",
    "part-missing": "part",
    "link-left-out": "plan-first",
    "unreachable": "drop-pin",
    "crowded-out": "overtime",
    "not-worth-it": "raise-priority",
    "search-limit": "search-longer",
    NOT_IN_PLAN: "plan-again",
}


def told(reason: Mapping[str, Any]) -> dict[str, Any]:
    """Return a reason as people are shown it: code, sentence and remedies, cheapest first.

    Without a remedy of its own it gets the usual one of its code, at no stated cost.
    """
    code = str(reason["code"])
    given = reason.get("remedy")
    remedies = [given] if isinstance(given, Mapping) else list(given or [])
    if not remedies:
        kind = "unpin" if reason.get("pinned") else USUAL.get(code)
        remedies = [{"kind": kind}] if kind else []
    return {
        "code": code,
        "text": REASONS.get(code, code),
        "remedies": [_remedy(remedy) for remedy in remedies],
    }


def _remedy(remedy: Mapping[str, Any]) -> dict[str, Any]:
    kind, cost = str(remedy.get("kind")), remedy.get("cost")
    return {
        "kind": kind,
        "text": REMEDIES.get(kind, kind),
        "cost_minor": None if cost is None else round(cost),
    }
