"""SQL by which PostgreSQL itself refuses to rewrite history. Used by migrations only."""

from django.db.migrations import RunSQL


def append_only(table: str) -> RunSQL:
    """Let rows be added to a table, and neither changed nor removed, by whoever it is.

    TRUNCATE by the owner of the table is not refused: a trigger could do so, but it is by TRUNCATE
    that the suite empties the tables after each transactional test.
    """
    name = f"{table}_is_append_only"
    return RunSQL(
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{table} is append-only'
                USING ERRCODE = 'integrity_constraint_violation';
        END $$;
        CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {name}();
        """,
        f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();",
    )
