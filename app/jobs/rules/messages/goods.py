"""What is to be done, to which goods, and how many."""

import re
from collections.abc import Iterator

from app.catalogue.models import JobType
from app.jobs.rules.messages.draft import LIKELY, MAYBE, SURE, Guess, Vocabulary, Word

JOB_WORDS = {
    JobType.SURVEY: r"测量|量尺|量一下|上门量|勘测|measur|survey|site visit",
    JobType.REMOVE: r"拆|移机|remov|dismantl|uninstall|take (?:it |the old )?(?:away|down)",
    JobType.INSTALL: r"安装|组装|挂门|(?<![包服套西])装(?![修潢饰箱袋柜卸])|"
    r"\binstall|assembl|\bfit\b|set up",
    JobType.MAINTAIN: r"保养|清洗|维护|maint|clean|annual service",
    JobType.REPAIR: r"维修|修理|报修|修一下|坏了|故障|漏水|不制冷|不制热|不通电|异响|repair|"
    r"\bfix\b|broken|leak|not (?:work|cool|heat)",
}
NUMERALS = {c: i for i, c in enumerate("一二三四五六七八九十", start=1)} | {"两": 2, "俩": 2}
UNITS = "台|套|个|张|件|扇|樘|把|只|组|pcs|pieces?|sets?|units?"
QUANTITY = re.compile(rf"(\d{{1,2}}|[{''.join(NUMERALS)}])\s*(?:{UNITS})(?![a-z])", re.IGNORECASE)
TIMES = re.compile(r"[x×*]\s*(\d{1,2})(?!\d)", re.IGNORECASE)
LABELLED = re.compile(r"(?:数量|qty|quantity)\s*[::]?\s*(\d{1,2})", re.IGNORECASE)
REFERENCE = re.compile(
    r"(?:订单编?号|单号|订单|order(?:\s*(?:no\.?|number|id|#))?)\s*[:#]?\s*"
    r"([A-Za-z0-9][A-Za-z0-9-]{4,39})",
    re.IGNORECASE,
)


def find_job_type(text: str) -> Guess | None:
    """Find the kind of work; of several the one that the others prepare."""
    found = {
        kind: m[0]
        for kind, words in JOB_WORDS.items()
        if (m := re.search(words, text, re.IGNORECASE))
    }
    if not found:
        return None
    for kind in (JobType.INSTALL, JobType.REPAIR, JobType.MAINTAIN, JobType.REMOVE):
        if kind in found:
            return Guess(kind, LIKELY if len(found) == 1 else MAYBE, found[kind])
    return Guess(JobType.SURVEY, LIKELY, found[JobType.SURVEY])


def find_also(text: str, main: JobType) -> Guess | None:
    """Find work that comes before the main one: the old taken away, the place measured."""
    if main is not JobType.INSTALL:
        return None
    for kind in (JobType.REMOVE, JobType.SURVEY):
        if m := re.search(JOB_WORDS[kind], text, re.IGNORECASE):
            return Guess(kind, MAYBE, m[0])
    return None


def find_goods(text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, Guess]]:
    """Find brand, model and category by the catalogue's own words, the longest first."""
    words = sorted(vocabulary, key=lambda word: -len(word.text))
    hits = {word.kind: word for word in reversed(words) if _mentions(text, word)}
    brand, model = hits.get("brand"), hits.get("model")
    if brand and model and model.brand != brand.code:
        model = next(
            (
                w
                for w in words
                if w.kind == "model" and w.brand == brand.code and _mentions(text, w)
            ),
            None,
        )
    yield from _guesses(brand, model, hits.get("category"))


def _guesses(
    brand: Word | None, model: Word | None, category: Word | None
) -> Iterator[tuple[str, Guess]]:
    if model:
        sure = SURE if model.text.upper() == model.code.upper() else LIKELY
        yield "model", Guess(model.code, sure, model.text)
        yield "brand", Guess(model.brand, sure, model.text)
        yield "category", Guess(model.category, sure, model.text)
        return
    if brand:
        yield "brand", Guess(brand.code, 0.9, brand.text)
    if category:
        yield "category", Guess(category.code, LIKELY, category.text)


def _mentions(text: str, word: Word) -> bool:
    if word.text.isascii():
        pattern = rf"(?<![a-z0-9]){re.escape(word.text.lower())}(?![a-z0-9])"
        return re.search(pattern, text.lower()) is not None
    return word.text in text


def find_quantity(text: str) -> Guess | None:
    for pattern, confidence in ((LABELLED, SURE), (QUANTITY, LIKELY), (TIMES, MAYBE)):
        if m := pattern.search(text):
            count = NUMERALS.get(m[1]) or int(m[1])
            if 1 <= count <= 50:
                return Guess(count, confidence, m[0])
    return None


def find_reference(text: str) -> Guess | None:
    found = [m for m in REFERENCE.finditer(text) if any(c.isdigit() for c in m[1])]
    return Guess(found[0][1], 0.9, found[0][0]) if found else None
