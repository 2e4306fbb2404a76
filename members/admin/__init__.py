from . import applications, bodies, letters, organisations, people

__all__ = ["applications", "bodies", "letters", "organisations", "people"]
