"""What a user can set, with its default. Made once by `load`, then handed in; nothing else reads files or the environment.

The name of a setting follows from its place: `port` of `registry` is `[registry] port` in homeport.toml, `--registry-port` on the
command line and `HOMEPORT_REGISTRY_PORT` in the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from homeport.stack import values

KIND = "kind"
"""The key of a field's kind in its metadata."""

GIB = 2**30
MIB = 2**20

SERVICES = ("s3", "sqs", "sns", "dynamodb", "lambda")
"""The services of the data model (SERVICES)."""

SUPPORTING_SERVICES = ("iam", "logs", "secretsmanager", "ssm", "sts")
"""Services that those above and the tools that deploy to them lean on; they always run."""

COMPONENTS = ("registry", "cloud")
"""What `up` starts, in this order."""

HOSTNAMES = ("registry.homelab.local", "registry-ui.homelab.local", "localstack.homelab.local")
"""The DNS records of the data model."""

_PORT = values.Number(1, 65535, "a port")
_SERVICES = values.Words(f"a list of services, of {', '.join(SERVICES)}", SERVICES)


def _is(kind: values.Kind) -> Mapping[str, values.Kind]:
    return {KIND: kind}


@dataclass(frozen=True, slots=True)
class Registry:
    """The private container registry."""

    host: str = field(default="127.0.0.1", metadata=_is(values.Address()))
    """The address to listen on; `0.0.0.0` opens the registry to the network."""
    port: int = field(default=5000, metadata=_is(_PORT))
    """The port."""
    tls: bool = field(default=True, metadata=_is(values.Flag()))
    """Whether it speaks HTTPS, and only that. Off is for use behind an ingress that does, or for measurements."""
    auth: bool = field(default=True, metadata=_is(values.Flag()))
    """Whether every operation needs a user and password. Off is for use behind something that asks for them."""
    htpasswd: Path | None = field(default=None, metadata=_is(values.Folder("a file")))
    """The file of users and bcrypt hashes; by default `auth/htpasswd` in the data folder."""
    folder: Path | None = field(default=None, metadata=_is(values.Folder()))
    """Where images are kept; by default `registry` in the data folder."""
    quota: int | None = field(default=30 * GIB, metadata=_is(values.Size()))
    """The most that images may take on disk."""
    memory: int | None = field(default=512 * MIB, metadata=_is(values.Size()))
    """The most memory of its process; one that takes more is started anew."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """The local AWS."""

    host: str = field(default="127.0.0.1", metadata=_is(values.Address()))
    """The address to listen on; `0.0.0.0` opens the cloud to the network, where any credentials are accepted by default."""
    port: int = field(default=4566, metadata=_is(_PORT))
    """The port of all services, HTTP and HTTPS."""
    folder: Path | None = field(default=None, metadata=_is(values.Folder()))
    """Where data is kept; by default `cloud` in the data folder."""
    quota: int | None = field(default=20 * GIB, metadata=_is(values.Size()))
    """The most that objects, tables and their backups may take on disk."""
    memory: int | None = field(default=2 * GIB, metadata=_is(values.Size()))
    """The most memory of its process; one that takes more is started anew."""
    services: tuple[str, ...] = field(default=SERVICES, metadata=_is(_SERVICES))
    """The services to start; IAM, STS, CloudWatch Logs, Secrets Manager and SSM stand beside them in any case."""
    verify_signatures: bool = field(default=False, metadata=_is(values.Flag()))
    """Whether signatures are verified (the secret key is `test`); otherwise any credentials are accepted."""


@dataclass(frozen=True, slots=True)
class Functions:
    """Where and how the functions of Lambda run."""

    executor: str = field(
        default="process", metadata=_is(values.Choice(("process", "docker", "kubernetes")))
    )
    """What runs them: processes of this machine, containers of a Docker-compatible engine, or pods."""
    environments: int = field(default=64, metadata=_is(values.Number(1, 10_000)))
    """The most environments at a time, of all functions together; a call that needs one more is answered 429."""
    idle_s: int = field(default=300, metadata=_is(values.Number(1, 86_400, "seconds")))
    """How long an environment waits for its next call before it is ended."""
    isolated: bool = field(default=True, metadata=_is(values.Flag()))
    """Whether each environment gets namespaces of its own where the kernel allows it; off is for kernels where they fail."""
    docker: str = field(default="unix:///var/run/docker.sock", metadata=_is(values.Text()))
    """The socket of the engine, for the executor `docker`."""


@dataclass(frozen=True, slots=True)
class Admin:
    """The first user of the registry."""

    user: str = field(default="admin", metadata=_is(values.UserName()))
    """The user's name."""
    password: str = field(default="", metadata=_is(values.Text()))
    """The user's password; by default a random one, made at the first start and kept in `auth/admin-password`."""


@dataclass(frozen=True, slots=True)
class Tls:
    """The certificate of all components, signed by a CA of the data folder's own."""

    hostnames: tuple[str, ...] = field(default=HOSTNAMES, metadata=_is(values.HostNames()))
    """Names in the certificate, beside localhost, the machine's own and those of LocalStack; below each a bucket has a name too."""


@dataclass(frozen=True, slots=True)
class Log:
    """What is written down."""

    level: str = field(
        default="info", metadata=_is(values.Choice(("debug", "info", "warning", "error")))
    )
    """The least important messages that are written."""
    access: bool = field(default=True, metadata=_is(values.Flag()))
    """Whether each request is written down."""
    folder: Path | None = field(default=None, metadata=_is(values.Folder()))
    """Where log files are kept; by default `logs` in the data folder."""
    size: int | None = field(default=16 * MIB, metadata=_is(values.Size()))
    """The size at which a log file is set aside for a new one; one old file is kept."""


@dataclass(frozen=True, slots=True)
class Up:
    """How the stack is started and stopped."""

    start_timeout_s: int = field(default=30, metadata=_is(values.Number(1, 3600, "seconds")))
    """How long a component may take to answer after its start."""
    stop_timeout_s: int = field(default=10, metadata=_is(values.Number(1, 3600, "seconds")))
    """How long requests in flight may take when a component is stopped, before it is ended by force."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one stack."""

    data: Path = field(default=Path(), metadata=_is(values.Folder()))
    """The data folder; by default `homeport` in the XDG data home (`~/.local/share`)."""
    registry: Registry = field(default_factory=Registry)
    cloud: Cloud = field(default_factory=Cloud)
    functions: Functions = field(default_factory=Functions)
    admin: Admin = field(default_factory=Admin)
    tls: Tls = field(default_factory=Tls)
    log: Log = field(default_factory=Log)
    up: Up = field(default_factory=Up)
