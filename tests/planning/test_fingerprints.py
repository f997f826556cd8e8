"""Fingerprints: the same facts are the same, and what differs has a name."""

from app.planning.rules.fingerprints import changed, digest, fingerprint


def of(**given):
    parts = dict.fromkeys(("job", "place", "shift", "pins"), digest("as it was"))
    return fingerprint(**(parts | {name: digest(value) for name, value in given.items()}))


def test_a_fingerprint_has_64_digits():
    assert len(of()) == 64


def test_the_same_facts_in_another_order_are_the_same():
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


def test_nothing_changed_is_nothing():
    assert changed(of(), of()) == []


def test_each_part_that_changed_is_named():
    assert changed(of(), of(job="moved", pins="added")) == ["job", "pins"]
