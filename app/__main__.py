"""The ``shifu`` command: the command line, handed the way to build the application."""

from flask import Flask

from app.cli import main


def build() -> Flask:
    """Build the application; help and version never need it."""
    from app.factory import create_app  # noqa: PLC0415  it loads every area

    return create_app()


def shifu() -> None:
    """Run the command line."""
    main(obj=build, prog_name="shifu")


if __name__ == "__main__":
    shifu()
