"""Django's own WSGI application; `faces.hotdoor` stands in front of it."""

from django.core.handlers.wsgi import WSGIHandler

application = WSGIHandler()
