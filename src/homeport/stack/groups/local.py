"""`[admin]`, `[tls]`, `[log]` and `[up]`: the first user, certificates, what is written down, and starting on this machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from homeport.stack import values
from homeport.stack.groups import fields


@dataclass(frozen=True, slots=True)
class Admin:
    """The first user of the registry."""

    user: str = field(default="admin", metadata=fields.of(values.UserName()))
    """The user's name."""
    password: str = field(default="", metadata=fields.of(values.Text()))
    """The user's password; by default a random one, made at the first start and kept in `auth/admin-password`."""


@dataclass(frozen=True, slots=True)
class Tls:
    """The certificate of all components, signed by a CA of the data folder's own. docs/trust.md shows who has to be told of it."""

    certificate: Path | None = field(default=None, metadata=fields.of(fields.FILE))
    """A certificate of your own with its chain, PEM, for all components, taken anew when it changes; by default one of the data folder's CA."""
    key: Path | None = field(default=None, metadata=fields.of(fields.FILE))
    """The key of that certificate, PEM without a password."""
    hostnames: tuple[str, ...] = field(default=(), metadata=fields.of(values.HostNames()))
    """More names in the certificate, beside those of the components, localhost, the machine's own and those of LocalStack; below each a bucket has a name too."""


@dataclass(frozen=True, slots=True)
class Log:
    """What is written down."""

    level: str = field(
        default="info", metadata=fields.of(values.Choice(("debug", "info", "warning", "error")))
    )
    """The least important messages that are written."""
    access: bool = field(default=True, metadata=fields.of(values.Flag()))
    """Whether each request is written down."""
    format: Literal["text", "json"] = field(
        default="text", metadata=fields.of(values.Choice(("text", "json")))
    )
    """The form of what is written: lines for people, or a JSON object each."""
    folder: Path | None = field(default=None, metadata=fields.of(values.Folder()))
    """Where log files are kept; by default `logs` in the data folder."""
    size: int | None = field(default=16 * fields.MIB, metadata=fields.of(values.Size()))
    """The size at which a log file is set aside for a new one; one old file is kept."""


@dataclass(frozen=True, slots=True)
class Up:
    """How the stack is started and stopped."""

    start_timeout_s: int = field(default=30, metadata=fields.of(values.Number(1, 3600, "seconds")))
    """How long a component may take to answer after its start."""
    stop_timeout_s: int = field(default=10, metadata=fields.of(values.Number(1, 3600, "seconds")))
    """How long requests in flight may take when a component is stopped, before it is ended by force."""
