"""Serving on loopback: the WSGI application, its server and the background thread."""
