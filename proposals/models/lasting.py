"""Texts that stand for ever, but for what a redaction takes out of them."""

from typing import Any

import pgtrigger

IS_REDACTION = """
CREATE FUNCTION proposals_is_redaction(of_table text, of_row text, was jsonb, becomes jsonb)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(bool_and(EXISTS (
        SELECT 1 FROM proposals_redaction r
        WHERE r.table_name = of_table AND r.row_key = of_row AND r.field = changed.key
        AND r.made_in = txid_current()
        AND r.old_digest = encode(sha256(convert_to(coalesce(changed.value, ''), 'UTF8')), 'hex')
        AND r.new_digest = encode(sha256(convert_to(coalesce(becomes ->> changed.key, ''), 'UTF8')), 'hex')
    )), false)
    FROM jsonb_each_text(was) AS changed
    WHERE changed.value IS DISTINCT FROM becomes ->> changed.key;
$$
"""
"""The one check behind every text that stands: each column that changes has a row of `Redaction`, written in
the same transaction, with the digests of exactly what it said and of what it is to say. A change of nothing
is no redaction."""


def is_redaction(table: str, key: str = "id") -> str:
    """SQL within a trigger: whether the change at hand is a redaction and nothing else."""
    return f"proposals_is_redaction('{table}', OLD.{key}::text, to_jsonb(OLD), to_jsonb(NEW))"


class Lasting(pgtrigger.Trigger):
    """As `pgtrigger.Protect`: refuses every change and deletion of a row; lets redactions through."""

    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: Any) -> str:
        check = is_redaction(model._meta.db_table, model._meta.pk.column)
        done = str(self.operation).lower()
        return (
            f"IF TG_OP = 'UPDATE' AND {check} THEN RETURN NEW; END IF; "
            f"RAISE EXCEPTION 'pgtrigger: Cannot {done} rows from % table', TG_TABLE_NAME;"
        )
