from . import applications, letters, organisations, people

__all__ = ["applications", "letters", "organisations", "people"]
