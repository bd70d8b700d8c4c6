"""Several reads of one and the same commit, on the connection of a long read."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator


@contextlib.contextmanager
def one_commit(connection: sqlite3.Connection) -> Iterator[None]:
    """What is read inside is from one commit: https://www.sqlite.org/isolation.html"""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")
