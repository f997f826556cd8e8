"""Run a worker for an application: ``python -m app.worker app.factory:create_app``."""

import sys

from werkzeug.utils import import_string

from app.worker import run

USAGE = "usage: python -m app.worker MODULE:FACTORY [--supervisor=PID]"


def main(arguments: list[str]) -> None:
    """Start; ``--supervisor`` ends the worker when that parent ends."""
    application = [one for one in arguments if not one.startswith("--")]
    if len(application) != 1:
        sys.exit(USAGE)
    parents = [one.partition("=")[2] for one in arguments if one.startswith("--supervisor=")]
    run(import_string(application[0])(), supervisor=int(parents[0]) if parents else None)


if __name__ == "__main__":
    main(sys.argv[1:])
