"""The digests by which the database knows a redaction."""

import hashlib
import json
from typing import Any

from django.db import connection


def digest_of(value: Any) -> str:
    """SHA-256 of a column as the database writes it as text; nothing is the empty text."""
    if isinstance(value, dict | list):
        with connection.cursor() as cursor:
            cursor.execute("SELECT (%s::jsonb)::text", [json.dumps(value)])
            value = cursor.fetchone()[0]
    text = "" if value is None else str(value)
    return hashlib.sha256(text.encode()).hexdigest()
