from . import letters, organisations, people

__all__ = ["letters", "organisations", "people"]
