"""Settings from the environment."""

from pathlib import Path

import pytest

from app.cli.settings import page
from app.core.settings import Settings


def test_a_setting_is_read_with_its_type():
    chosen = Settings.from_environment({"SHIFU_PORT": "9000", "SHIFU_SECURE_COOKIES": "yes"})

    assert (chosen.port, chosen.secure_cookies) == (9000, True)


def test_each_fault_is_named_on_a_line():
    with pytest.raises(ValueError, match="no such setting") as refusal:
        Settings.from_environment({"SHIFU_PROT": "1", "SHIFU_PORT": "x", "SHIFU_GEOCODER": "y"})

    assert len(str(refusal.value).splitlines()) == 3


def test_the_documentation_lists_every_setting():
    written = Path("docs/settings.md").read_text(encoding="utf-8")

    assert written == page(), "run: shifu settings --markdown > docs/settings.md"
