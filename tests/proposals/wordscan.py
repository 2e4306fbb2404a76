"""Where a word stands: in which columns of all tables, and in which stored files."""

from pathlib import Path

from django.core.files.storage import default_storage
from django.db import connection

TEXTUAL = ("text", "character varying", "character", "json", "jsonb", "tsvector", "ARRAY")


def columns_with(*words: str) -> list[str]:
    """ "table.column" of every column of the database that holds text and one of the words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c "
            "JOIN information_schema.tables t USING (table_schema, table_name) "
            "WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.data_type = ANY(%s)",
            [list(TEXTUAL)],
        )
        columns = cursor.fetchall()
        found = []
        for table, column in columns:
            cursor.execute(
                f'SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE ANY(%s) LIMIT 1',
                [[f"%{word}%" for word in words]],
            )
            if cursor.fetchone():
                found.append(f"{table}.{column}")
    return found


def files_with(*words: str) -> list[str]:
    """Stored files whose bytes hold one of the words."""
    root = Path(default_storage.path(""))
    wanted = [word.encode() for word in words]
    stored = [path for path in root.rglob("*") if path.is_file()]
    return [str(path.relative_to(root)) for path in stored if any(w in path.read_bytes() for w in wanted)]
