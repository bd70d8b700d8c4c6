"""What a user can set, with its default. Made once by `load`, then handed in; nothing else reads files or the environment.

The name of a setting follows from its place: `port` of `registry` is `[registry] port` in homeport.toml, `--registry-port` on the
command line and `HOMEPORT_REGISTRY_PORT` in the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from homeport.registry import options
from homeport.stack import registry_tables, values
from homeport.stack.kinds import durations, http, lists

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


Listening = http.Listening

_REGISTRY = options.Options()
"""What the registry does where nothing is said."""
_FILE = values.Folder("a file")
_REALM = lists.Matching(
    r"[ !#-\[\]-~]{1,200}", "a text of 1 to 200 letters of ASCII, without quotes and backslashes"
)
"""https://www.rfc-editor.org/rfc/rfc9110#section-11.5"""


def _is(kind: values.Kind) -> Mapping[str, values.Kind]:
    return {KIND: kind}


@dataclass(frozen=True, slots=True)
class Registry:
    """The private container registry. docs/registry.md shows how its rules, retention, upstreams and webhooks are used."""

    host: str = field(default="127.0.0.1", metadata=_is(values.Address()))
    """The address to listen on; `0.0.0.0` opens the registry to the network."""
    port: int = field(default=5000, metadata=_is(_PORT))
    """The port."""
    tls: bool = field(default=True, metadata=_is(values.Flag()))
    """Whether it speaks HTTPS, and only that. Off is for use behind an ingress that does, or for measurements."""
    certificate: Path | None = field(default=None, metadata=_is(_FILE))
    """A certificate of your own with its chain, PEM, taken anew when it changes; by default one of the data folder's CA."""
    key: Path | None = field(default=None, metadata=_is(_FILE))
    """The key of that certificate, PEM without a password."""
    url: str = field(
        default=_REGISTRY.url, metadata=_is(http.Url(can_be_empty=True, has_path=False))
    )
    """Where clients reach it, for the address of tokens and in events; by default as each request says."""
    auth: bool = field(default=True, metadata=_is(values.Flag()))
    """Whether every operation needs a user and password. Off is for use behind something that asks for them."""
    htpasswd: Path | None = field(default=None, metadata=_is(_FILE))
    """The file of users and bcrypt hashes; by default `auth/htpasswd` in the data folder."""
    admins: tuple[str, ...] = field(default=(), metadata=_is(registry_tables.USERS))
    """Users who may do everything, whatever the rules say, beside the first one (`admin.user`)."""
    realm: str = field(default=_REGISTRY.realm, metadata=_is(_REALM))
    """What clients show when they ask for a password."""
    tokens: bool = field(default=_REGISTRY.has_tokens, metadata=_is(values.Flag()))
    """Whether clients are sent for a token, which spares them their password at each request. Basic is taken in any case."""
    token_life: float = field(
        default=_REGISTRY.token_s, metadata=_is(durations.Duration("60s", "1d"))
    )
    """How long a token holds."""
    rules: tuple[options.Rule, ...] = field(default=(), metadata=_is(registry_tables.RULES))
    """Who may do what with which repositories. What no rule allows is refused; without any rule each user may do everything."""
    folder: Path | None = field(default=None, metadata=_is(values.Folder()))
    """Where images are kept; by default `registry` in the data folder."""
    quota: int | None = field(default=30 * GIB, metadata=_is(values.Size()))
    """The most that images may take on disk."""
    memory: int | None = field(default=512 * MIB, metadata=_is(values.Size()))
    """The most memory of its process; one that takes more is started anew."""
    delete: bool = field(default=_REGISTRY.may_delete, metadata=_is(values.Flag()))
    """Whether images can be deleted."""
    readonly: bool = field(default=_REGISTRY.is_readonly, metadata=_is(values.Flag()))
    """Whether pushes and deletes are refused."""
    page: int = field(default=_REGISTRY.page, metadata=_is(values.Number(1, 100_000)))
    """The most entries of one answer of the catalog."""
    headers: tuple[tuple[str, str], ...] = field(default=(), metadata=_is(http.Headers()))
    """Header fields added to each answer, such as those of CORS for a web UI elsewhere."""
    upload_age: float = field(
        default=_REGISTRY.upload_age_s, metadata=_is(durations.Duration("1m", "3650d"))
    )
    """An upload that nothing was added to for so long is given up."""
    upload_interval: float = field(
        default=_REGISTRY.upload_look_s, metadata=_is(durations.Duration("1m", "30d"))
    )
    """Time between two looks for such uploads."""
    gc_interval: float | None = field(
        default=_REGISTRY.collection.interval_s,
        metadata=_is(durations.Duration("1m", "365d", can_be_none=True)),
    )
    """Time between two collections of what no image needs; with `none` only `homeport registry gc` collects."""
    gc_grace: float = field(
        default=_REGISTRY.collection.grace_s, metadata=_is(durations.Duration("1m", "365d"))
    )
    """What was uploaded, mounted or asked for within this time stays: a push may be about to need it."""
    gc_untagged: float | None = field(
        default=_REGISTRY.collection.untagged_s,
        metadata=_is(durations.Duration("1m", "3650d", can_be_none=True)),
    )
    """Images without a tag go after this time without a push or pull; with `none` they stay, as they may be used by digest."""
    retention: tuple[options.Retention, ...] = field(
        default=(), metadata=_is(registry_tables.RETENTION)
    )
    """Which tags stay. Of the tags that a rule looks at, those go that none of its reasons keeps."""
    retention_interval: float = field(
        default=_REGISTRY.retention_s, metadata=_is(durations.Duration("1m", "365d"))
    )
    """Time between two runs of the retention rules."""
    scrub_interval: float | None = field(
        default=_REGISTRY.scrub_s,
        metadata=_is(durations.Duration("1h", "3650d", can_be_none=True)),
    )
    """Time between two runs that read all that is stored again; with `none` only `homeport registry scrub` does."""
    upstreams: tuple[options.Upstream, ...] = field(
        default=(), metadata=_is(registry_tables.UPSTREAMS)
    )
    """Other registries, whose repositories are kept here as they are asked for."""
    webhooks: tuple[options.Webhook, ...] = field(
        default=(), metadata=_is(registry_tables.WEBHOOKS)
    )
    """Who is told of pushes, pulls, mounts and deletes."""
    audit: bool = field(default=True, metadata=_is(values.Flag()))
    """Whether it is written down who changed what, and who was refused."""
    audit_file: Path | None = field(default=None, metadata=_is(_FILE))
    """The file of that; by default `registry-audit.log` in the folder of logs."""
    audit_size: int | None = field(default=_REGISTRY.audit_bytes, metadata=_is(values.Size()))
    """The size at which that file is set aside for a new one; one old file is kept."""
    metrics: str = field(
        default=_REGISTRY.metrics, metadata=_is(values.Choice(("admins", "users", "anyone")))
    )
    """Who may read `/metrics` at the port of the registry."""
    debug: http.Listening | None = field(default=None, metadata=_is(http.Listen()))
    """A second address for `/metrics`, `/livez` and `/readyz`, in plain HTTP and without a password; off by default."""
    config: Path | None = field(default=None, metadata=_is(_FILE))
    """A `config.yml` of registry v2, whose settings come after those of homeport.toml."""


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
    format: Literal["text", "json"] = field(
        default="text", metadata=_is(values.Choice(("text", "json")))
    )
    """The form of what is written: lines for people, or a JSON object each."""
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
