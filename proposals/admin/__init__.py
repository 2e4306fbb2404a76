from . import calendar, closures, coordination, criteria, periods, ratings, referrals, register, triage

__all__ = [
    "calendar",
    "closures",
    "coordination",
    "criteria",
    "periods",
    "ratings",
    "referrals",
    "register",
    "triage",
]
