from . import calendar, periods, referrals, triage

__all__ = ["calendar", "periods", "referrals", "triage"]
