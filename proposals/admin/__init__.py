from . import (
    calendar,
    closures,
    coordination,
    criteria,
    documents,
    periods,
    ratings,
    referrals,
    register,
    routing,
    saved_texts,
    triage,
)

__all__ = [
    "calendar",
    "closures",
    "coordination",
    "criteria",
    "documents",
    "periods",
    "ratings",
    "referrals",
    "register",
    "routing",
    "saved_texts",
    "triage",
]
