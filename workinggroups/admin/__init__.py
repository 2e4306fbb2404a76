"""The admin of the groups: what each officer keeps of the own group, and the secretariat of all."""

from . import groups, meetings, offices, series

__all__ = ["groups", "meetings", "offices", "series"]
