from . import applications, bodies, letters, organisations, people, secretariat

__all__ = ["applications", "bodies", "letters", "organisations", "people", "secretariat"]
