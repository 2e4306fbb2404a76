"""The admin of the groups: what each officer keeps of the own group, and the secretariat of all."""

from . import groups, meetings, series

__all__ = ["groups", "meetings", "series"]
