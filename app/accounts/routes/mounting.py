"""The blueprints of the area's resources."""

from app.http.blueprint import Blueprint

me = Blueprint("accounts", __name__, url_prefix="/me", description="Who you are")
users = Blueprint("users", __name__, url_prefix="/users", description="Who may enter, as what")
keys = Blueprint("keys", __name__, url_prefix="/keys", description="Tokens and keys of programs")
partners = Blueprint(
    "partners", __name__, url_prefix="/partners", description="Who supplies technicians"
)
