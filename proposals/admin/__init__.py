from . import calendar, closures, periods, ratings, referrals, register, triage

__all__ = ["calendar", "closures", "periods", "ratings", "referrals", "register", "triage"]
