from . import calendar, closures, coordination, periods, ratings, referrals, register, triage

__all__ = ["calendar", "closures", "coordination", "periods", "ratings", "referrals", "register", "triage"]
