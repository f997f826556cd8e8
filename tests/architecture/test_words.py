"""What the product says is documented, translated and keeps its placeholders."""

import re

from babel.messages.pofile import read_po

from app.cli import problems
from tests.architecture.project import ROOT

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def catalogue():
    path = ROOT / "app" / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale="zh")


def test_the_documentation_lists_every_problem_code(app):
    written = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")

    assert written == problems.page(), "run: shifu problems --markdown > docs/problems.md"


def test_every_problem_has_a_chinese_title(app):
    known = {m.id: m.string for m in catalogue() if m.id}

    missing = [kind.title() for kind in problems.kinds() if not known.get(kind.title())]

    assert not missing


def test_translations_keep_their_placeholders():
    broken = [
        (message.id, message.string)
        for message in catalogue()
        if message.id
        and message.string
        and isinstance(message.id, str)
        and sorted(PLACEHOLDER.findall(message.id)) != sorted(PLACEHOLDER.findall(message.string))
    ]

    assert not broken


def test_every_text_has_a_translation():
    missing = [m.id for m in catalogue() if m.id and not m.string]

    assert not missing
