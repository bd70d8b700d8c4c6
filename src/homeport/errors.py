"""Errors for people: what was tried, on what, why it failed, and what helps."""

from __future__ import annotations


class HomeportError(Exception):
    """An error whose text is shown to a person as it is.

    `what` says what failed and on what, `hint` is the next step to take (a command where there is one).
    """

    def __init__(self, what: str, *, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what}\n  {self.hint}" if self.hint else self.what


def reason(error: Exception) -> str:
    """Why a file could not be read, without its name: a sentence names that already."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


class StorageError(HomeportError):
    """Data could not be read or made durable; nothing of the failed write is kept."""


class StorageFull(StorageError):
    """The disk or the quota has no room for the write; nothing of it is kept."""


class Corrupt(StorageError):
    """Stored bytes are not what was acknowledged."""


class SettingsError(HomeportError):
    """A setting is unknown or has a wrong value."""
