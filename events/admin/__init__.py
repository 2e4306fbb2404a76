"""The admin of what the public sees, one module a room."""

from . import news, rooms

__all__ = ["news", "rooms"]
