"""Fixtures of the solver's tests."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SHARED = next(
    (at / "shared" for at in CHECKOUT.parents if (at / "shared").is_dir()),
    CHECKOUT.parent / "shared",
)
BENCH = sorted((SHARED / "bench").glob("*.json"))


@pytest.fixture(scope="session")
def referee() -> ModuleType:
    """The independent judge of plans, where it is at hand."""
    path = SHARED / "tools" / "check_plan.py"
    if not path.exists():
        pytest.skip("the independent referee is not beside this checkout")
    spec = importlib.util.spec_from_file_location("check_plan", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
