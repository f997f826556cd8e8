"""What waits and why: every job that cannot be planned yet, with what would fix it."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.http.actor import current_actor
from app.jobs import queries
from app.web.board.blueprint import blueprint, office

FEW, MANY = 5, 200


@blueprint.get("/waiting")
@office
def waiting() -> ResponseReturnValue:
    """Show each reason with its first jobs, or one reason with all of them."""
    code = request.args.get("why") or None
    groups = queries.waiting(current_actor(), code, shown=MANY if code else FEW)
    return render_template("board/waiting.html", groups=groups, code=code)
