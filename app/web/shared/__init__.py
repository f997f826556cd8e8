"""What every front-end shares: signing in, language and colours, layout, problem pages, words."""

from flask import Flask
from flask_limiter.util import get_remote_address

from app.core import settings
from app.web.shared import assets, formats, pages, preferences, problems, reference, words


def register(app: Flask) -> None:
    for area in (pages, reference):
        app.register_blueprint(area.blueprint)
    limiter = app.extensions["shifu-limiter"]
    allowed = settings.current().rate_limit_sign_in
    for key in (get_remote_address, pages.login_tried):
        limited = limiter.limit(allowed, key_func=key)
        app.view_functions["shared.enter"] = limited(app.view_functions["shared.enter"])
    for module in (assets, formats, preferences, problems, words):
        module.init_app(app)
