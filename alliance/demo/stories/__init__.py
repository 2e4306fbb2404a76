"""The demo's cases, about real questions in invented words. The ministries' answers in them are invented."""

from .finance import FINANCE
from .left import LEFT
from .payments import PAYMENTS
from .records import RECORDS
from .trade import TRADE

STORIES = (*FINANCE, *PAYMENTS, *RECORDS, *TRADE, *LEFT)
