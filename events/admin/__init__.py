"""The admin of what the public sees, one module a room."""

from . import news

__all__ = ["news"]
