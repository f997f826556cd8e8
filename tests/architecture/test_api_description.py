"""The API's description is current and says what callers need."""

import json

from tests.architecture.project import ROOT

WRITTEN = ROOT / "docs" / "api.json"
RENEW = "run: .venv/bin/python -m tests.architecture.test_api_description"


def described(app):
    """Return what is served, with the name that Python gave status 422 before 3.13."""
    served = app.test_client().get("/api/v1/openapi.json").text
    earlier = {"UNPROCESSABLE_CONTENT": "UNPROCESSABLE_ENTITY", "ble Content": "ble Entity"}
    for name, before in earlier.items():
        served = served.replace(name, before)
    return json.loads(served)


def test_the_written_description_is_the_one_that_is_served(app):
    assert json.loads(WRITTEN.read_text(encoding="utf-8")) == described(app), RENEW


def test_every_operation_says_what_it_does(app):
    silent = [
        f"{method} {path}"
        for path, operations in described(app)["paths"].items()
        for method, operation in operations.items()
        if method in {"get", "post", "put", "patch", "delete"} and not operation.get("summary")
    ]

    assert not silent


if __name__ == "__main__":
    from tempfile import mkdtemp

    from app.core.settings import Settings
    from app.factory import create_app

    served = described(create_app(Settings(instance_dir=mkdtemp())))
    text = json.dumps(served, indent=1, ensure_ascii=False, sort_keys=True)
    WRITTEN.write_text(text + "\n", encoding="utf-8")
