"""The roof: settings, addresses, what composes the apps. No app imports it."""

from alliance.celery import app as celery_app

__all__ = ["celery_app"]
