"""The village as the ledger sees it: a code for the chain, and a revision that tells pages to draw anew."""

from sqlalchemy import Connection, text

_CHANGED = text("UPDATE village SET revision = revision + 1 WHERE id = :village")

_CODE = text("SELECT code FROM village WHERE id = :village")


def changed(connection: Connection, village_id: int) -> None:
    """Count up the village's revision: something that a public page could show has changed."""
    connection.execute(_CHANGED, {"village": village_id})


def village_code(connection: Connection, village_id: int) -> str:
    return str(connection.execute(_CODE, {"village": village_id}).scalar_one())
