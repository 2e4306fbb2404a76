"""Invented people, firms, cases and news that make the portal look lived in. Never loaded in production.

All of it is marked `is_demo`. The firms do not exist, the ministries' answers were never given.
"""
