"""The application that a WSGI server runs."""

from tracker import create_app

app = create_app()
