"""The messages that leave: what was said to whom, masked, and what became of it."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core.outbox import MessageState, OutboxMessage
from app.http.actor import current_actor
from app.http.paging import paginate
from app.notifications import queries
from app.web.board.blueprint import blueprint, office
from app.web.shared.preferences import language


@blueprint.get("/outbox")
@office
def outbox() -> ResponseReturnValue:
    """List messages, newest first."""
    wanted = request.args.get("state", "")
    state = MessageState(wanted) if wanted in set(MessageState) else None
    page = paginate(
        queries.messages(current_actor(), state=state),
        order=OutboxMessage.created_at,
        key=OutboxMessage.id,
        cursor=request.args.get("cursor"),
        descending=True,
    )
    rows = [queries.log_entry(message, locale=language()) for message in page.items]
    return render_template("board/outbox.html", rows=rows, state=wanted, following=page.next)
