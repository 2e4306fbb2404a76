"""Real servers that the demo and the tests start by themselves: Postgres, Valkey, a mail sink.

Nothing here runs in production, and nothing here may import settings: these modules fill the
environment from which the settings are read.
"""
