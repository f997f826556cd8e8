"""Putting a draft together from a message."""

import re
import unicodedata
from datetime import date

from app.jobs.rules.messages import goods, moments, people
from app.jobs.rules.messages.draft import Guess, MessageDraft, Vocabulary

MAX_MESSAGE = 4_000
SENTENCES = re.compile(r"[\n,。;|]+|[.!?]\s+")


def parse_message(text: str, vocabulary: Vocabulary, *, today: date) -> MessageDraft:
    """Read what a chat or shop message asks for.

    Args:
        text: The message; what is beyond 4,000 characters is not read.
        vocabulary: The catalogue's names and codes.
        today: The local day on which "tomorrow" was said.
    """
    plain = unicodedata.normalize("NFKC", text[:MAX_MESSAGE]).replace("〜", "~").strip()
    found = _people(plain) | _moments(plain, today) | dict(goods.find_goods(plain, vocabulary))
    found |= _work(plain)
    return MessageDraft(found, _rest(plain, found))


def _people(text: str) -> dict[str, Guess]:
    told = people.labelled(text)
    phone = people.find_phone(told["phone"].value if "phone" in told else text)
    guesses = {
        "phone": phone,
        "address": told.get("address") or people.find_address(text),
        "customer_name": told.get("customer_name")
        or people.find_name(text, phone.source if phone else ""),
        "floor": people.find_floor(text),
        "lift": people.find_lift(text),
    }
    return {name: guess for name, guess in guesses.items() if guess}


def _moments(text: str, today: date) -> dict[str, Guess]:
    found: dict[str, Guess] = {}
    if day := moments.find_day(text, today):
        found["date"] = day
    if window := moments.find_window(people.PHONE.sub(" ", text)):
        start, end = window.value
        found["window_start"] = Guess(start, window.confidence, window.source)
        found["window_end"] = Guess(end, window.confidence, window.source)
    return found


def _work(text: str) -> dict[str, Guess]:
    kind = goods.find_job_type(text)
    guesses = {
        "job_type": kind,
        "also": goods.find_also(text, kind.value) if kind else None,
        "quantity": goods.find_quantity(text),
        "order_no": goods.find_reference(text),
    }
    return {name: guess for name, guess in guesses.items() if guess}


def _rest(text: str, found: dict[str, Guess]) -> str:
    """Return the sentences that nothing, or little, was made of, for the notes."""
    sources = {guess.source for guess in found.values()}
    kept = [part for part in SENTENCES.split(text) if _is_news(part.strip(), sources)]
    return ", ".join(part.strip() for part in kept)


def _is_news(part: str, sources: set[str]) -> bool:
    told = sum(len(source) for source in sources if source in part)
    within = any(part in source for source in sources)
    return len(part) > 1 and not within and told * 3 < len(part)
