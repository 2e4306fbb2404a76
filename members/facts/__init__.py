"""Public facts about bodies, organisations, fields and laws, for the idempotent seed.

Facts only, each file with its sources; nothing here is read at run time but by the seed.
"""
