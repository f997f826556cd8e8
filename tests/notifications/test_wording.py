"""Every message has words in every language, and says whether a time is a promise."""

import re

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from app.notifications import rules

VALUES = {
    "zone": "Asia/Shanghai",
    "job": "J000017",
    "job_type": "install",
    "brand": "Nordhem",
    "brand_zh": "北居",
    "name": "王芳",
    "technicians": ["李明", "陈伟"],
    "promised": True,
    "starts_at": "2026-03-02T01:30:00+00:00",
    "ends_at": "2026-03-02T09:30:00+00:00",
    "window_start": "2026-03-02T01:00:00+00:00",
    "window_end": "2026-03-02T03:00:00+00:00",
    "link": "https://shifu.example/s/rate_secret",
    "expires_at": "2026-04-01T01:30:00+00:00",
    "visits": 5,
    "page": "https://shifu.example/field",
}


@pytest.mark.parametrize("language", rules.LANGUAGES)
@pytest.mark.parametrize("topic", sorted(rules.topics()))
def test_every_topic_has_words_in_every_language(topic, language):
    wording = rules.word(topic, language, VALUES)

    assert wording.subject
    assert "王芳" in wording.text
    assert "{" not in wording.subject + wording.text


def test_a_promised_time_is_given_in_the_places_own_clock():
    wording = rules.word("visit-scheduled", "en", VALUES)

    assert "will come" in wording.text
    assert re.search(r"on Mon\w*, Mar\w* 2, between 09:00 and 11:00", wording.text)


def test_a_proposed_time_says_that_it_is_no_promise():
    wording = rules.word("visit-scheduled", "en", VALUES | {"promised": False})

    assert "not yet a promise" in wording.text
    assert "will come" not in wording.text


def test_a_chinese_reader_gets_the_brands_chinese_name_and_date():
    wording = rules.word("visit-scheduled", "zh", VALUES)

    assert wording.subject == "北居：3月2日周一上门安装"
    assert "Nordhem" not in wording.text


def test_a_language_nobody_wrote_gets_english():
    assert rules.word("rate-visit", "fr", VALUES) == rules.word("rate-visit", "en", VALUES)


def test_a_topic_nobody_wrote_is_refused():
    with pytest.raises(TemplateNotFound):
        rules.word("no-such-topic", "en", VALUES)


def test_a_value_that_is_missing_is_refused_rather_than_left_out():
    without = {name: value for name, value in VALUES.items() if name != "window_end"}

    with pytest.raises(UndefinedError):
        rules.word("visit-scheduled", "en", without)


def test_a_name_with_markup_or_braces_stays_as_it_is():
    wording = rules.word("rate-visit", "en", VALUES | {"name": "{{ 7*7 }} <b>"})

    assert "Hello {{ 7*7 }} <b>," in wording.text


def test_retries_end_after_three_days():
    waits = [rules.retry_after(n) for n in range(1, len(rules.RETRIES) + 1)]

    assert waits == sorted(waits)
    assert 2.5 < sum(wait.total_seconds() for wait in waits) / 86400 < 3.5
    assert rules.retry_after(len(rules.RETRIES) + 1) is None
