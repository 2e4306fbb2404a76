from .sweep import sweep

__all__ = ["sweep"]
