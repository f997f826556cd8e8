"""Migration environment: loads every area's tables and runs revisions on the app's database."""

from importlib import import_module
from pathlib import Path
from typing import Any

from alembic import context
from flask import current_app

import app
from app.core.db import Base, UtcDateTime, changing_schema

AREAS = Path(app.__file__).parent
for models in sorted(AREAS.glob("*/models*")):
    import_module(f"app.{models.parent.name}.models")
for name in ("audit", "idempotency", "outbox", "sealing", "tasks"):
    import_module(f"app.core.{name}")


def render_item(kind: str, item: Any, _: Any) -> Any:
    """Spell our own column types as plain SQLAlchemy ones."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


engine = current_app.extensions["migrate"].db.engine
with changing_schema(), engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
