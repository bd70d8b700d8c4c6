"""Connections to SQLite: how they are opened, and what their errors mean to a person."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from homeport import errors
from homeport.storage import disk

CACHED_STATEMENTS = 512
PAGE_CACHE_KIB = 8 * 1024
PAGE_SIZE = 4096
"""Bytes, SQLite's default: https://www.sqlite.org/pragma.html#pragma_page_size"""
CHECKPOINT_CHANGES = 1000
"""Changed rows after which the log is copied into the database, in a thread: https://www.sqlite.org/wal.html#ckpt

SQLite's own trigger counts pages, and would copy them within a commit that may run on the event loop.
"""
LOG_LIMIT = 16 * 1024 * 1024
"""Bytes that the log file is cut to when a long read had let it grow:
https://www.sqlite.org/pragma.html#pragma_journal_size_limit"""

_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_TROUBLE = (
    *_DAMAGE,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOMEM,
)
"""Result codes that tell of the disk or the file, not of the statement: https://www.sqlite.org/rescode.html"""


def create(path: Path) -> None:
    """Makes an empty database file, readable by its owner only, durably; nothing where there is one already.

    SQLite gives its log the same rights. Raises `StorageError`.
    """
    try:
        path.parent.mkdir(mode=disk.FOLDER_MODE, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, disk.FILE_MODE))
        disk.Disk().sync_folder(str(path.parent))
    except OSError as error:
        raise disk.storage_error(f"The database {path} could not be opened", error) from error


def connect(path: Path, page_size: int = PAGE_SIZE) -> sqlite3.Connection:
    """Opens a connection whose transactions are begun by hand; a new database gets pages of this size. Raises `StorageError`."""
    try:
        connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, cached_statements=CACHED_STATEMENTS
        )
    except sqlite3.Error as error:
        raise storage_error(path, error) from error
    try:
        _prepare(connection, path, page_size)
    except sqlite3.Error as error:
        connection.close()
        raise storage_error(path, error) from error
    except errors.StorageError:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, page_size: int) -> None:
    connection.execute(f"PRAGMA page_size = {page_size}")
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        # https://www.sqlite.org/wal.html#overview: it needs memory that processes share, which network disks lack.
        raise errors.StorageError(
            f"The disk of {path} cannot hold a write-ahead log.",
            hint="Put the data folder on a local disk (--data).",
        )
    # FULL: the log is synced at every commit, so that a commit survives a power cut too:
    # https://www.sqlite.org/pragma.html#pragma_synchronous
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA cache_size = -{PAGE_CACHE_KIB}")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute(f"PRAGMA journal_size_limit = {LOG_LIMIT}")


def is_trouble(error: BaseException) -> bool:
    """Whether an error tells of the disk or the file, rather than of the statement."""
    return isinstance(error, sqlite3.Error) and _code(error) in _TROUBLE


def _code(error: sqlite3.Error) -> int:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def storage_error(path: Path, error: BaseException) -> errors.StorageError:
    """What an error of SQLite means to the person who runs it."""
    code = _code(error) if isinstance(error, sqlite3.Error) else 0
    if code == sqlite3.SQLITE_FULL:
        return errors.StorageFull(
            f"The disk of {path} is full; the write was undone.",
            hint="Free space on it, then try again.",
        )
    if code in _DAMAGE:
        return errors.Corrupt(
            f"The database {path} is damaged: {error}.",
            hint=f"Put a copy in its place, or save what can be read: sqlite3 {path} .recover",
        )
    return errors.StorageError(
        f"The database {path} could not be used: {error}.",
        hint="Check the folder's rights and the disk (dmesg), then start again.",
    )
