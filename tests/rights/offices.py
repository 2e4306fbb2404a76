"""Offices: who holds which is public; the secretariat gives them, and hands itself over."""

from .admin import OFFICE, SAVED
from .families import Family

OFFICE_FAMILIES = [
    # added by handing over; afterwards only how it is reached is changed
    Family({"members.secretariatterm": "secretariat_term"}, adds=OFFICE, changes=SAVED),
]
