"""Which text of the privacy notice (個人資料保護法第8條) is in force; whoever agrees agrees to this one."""

NOTICE_VERSION = "2026-11-22"
"""The day on which the notice last changed; it stands on the page in both languages."""
