"""What a WSGI server loads: ``flask --app wsgi run``, ``gunicorn wsgi:app``."""

from app.factory import create_app

app = create_app()
