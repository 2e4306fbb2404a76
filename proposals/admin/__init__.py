from . import calendar, closures, periods, referrals, triage

__all__ = ["calendar", "closures", "periods", "referrals", "triage"]
