"""`[registry]`: the private container registry."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from homeport.registry import options
from homeport.stack import values
from homeport.stack.groups import deployment, fields, registry_tables
from homeport.stack.kinds import durations, http, lists

_REGISTRY = options.Options()
"""What the registry does where nothing is said."""
_REALM = lists.Matching(
    r"[ !#-\[\]-~]{1,200}", "a text of 1 to 200 letters of ASCII, without quotes and backslashes"
)
"""https://www.rfc-editor.org/rfc/rfc9110#section-11.5"""


@dataclass(frozen=True, slots=True)
class Registry:
    """The private container registry. docs/registry.md shows how its rules, retention, upstreams and webhooks are used."""

    host: str = field(default="127.0.0.1", metadata=fields.of(values.Address()))
    """The address to listen on; `0.0.0.0` opens the registry to the network."""
    port: int = field(default=5000, metadata=fields.of(fields.PORT))
    """The port."""
    tls: bool = field(default=True, metadata=fields.of(values.Flag()))
    """Whether it speaks HTTPS, and only that. Off is for use behind an ingress that does, or for measurements."""
    certificate: Path | None = field(default=None, metadata=fields.of(fields.FILE))
    """A certificate of your own with its chain, PEM, taken anew when it changes; by default one of the data folder's CA."""
    key: Path | None = field(default=None, metadata=fields.of(fields.FILE))
    """The key of that certificate, PEM without a password."""
    url: str = field(
        default=_REGISTRY.url, metadata=fields.of(http.Url(can_be_empty=True, has_path=False))
    )
    """Where clients reach it, for the address of tokens and in events; by default as each request says."""
    trusted_proxies: tuple[str, ...] = field(
        default=_REGISTRY.trusted_proxies, metadata=fields.of(deployment.NETWORKS)
    )
    """The networks whose `X-Forwarded-For` is believed when failed logins are counted by their address; by default this machine."""
    auth: bool = field(default=True, metadata=fields.of(values.Flag()))
    """Whether every operation needs a user and password. Off is for use behind something that asks for them."""
    htpasswd: Path | None = field(default=None, metadata=fields.of(fields.FILE))
    """The file of users and bcrypt hashes; by default `auth/htpasswd` in the data folder."""
    admins: tuple[str, ...] = field(default=(), metadata=fields.of(registry_tables.USERS))
    """Users who may do everything, whatever the rules say, beside the first one (`admin.user`)."""
    realm: str = field(default=_REGISTRY.realm, metadata=fields.of(_REALM))
    """What clients show when they ask for a password."""
    tokens: bool = field(default=_REGISTRY.has_tokens, metadata=fields.of(values.Flag()))
    """Whether clients are sent for a token, which spares them their password at each request. Basic is taken in any case."""
    token_life: float = field(
        default=_REGISTRY.token_s, metadata=fields.of(durations.Duration("60s", "1d"))
    )
    """How long a token holds."""
    rules: tuple[options.Rule, ...] = field(default=(), metadata=fields.of(registry_tables.RULES))
    """Who may do what with which repositories. What no rule allows is refused; without any rule each user may do everything."""
    folder: Path | None = field(default=None, metadata=fields.of(values.Folder()))
    """Where images are kept; by default `registry` in the data folder."""
    quota: int | None = field(default=30 * fields.GIB, metadata=fields.of(values.Size()))
    """The most that images may take on disk."""
    memory: int | None = field(default=512 * fields.MIB, metadata=fields.of(values.Size()))
    """The most memory of its process; one that takes more is started anew."""
    delete: bool = field(default=_REGISTRY.may_delete, metadata=fields.of(values.Flag()))
    """Whether images can be deleted."""
    readonly: bool = field(default=_REGISTRY.is_readonly, metadata=fields.of(values.Flag()))
    """Whether pushes and deletes are refused."""
    page: int = field(default=_REGISTRY.page, metadata=fields.of(values.Number(1, 100_000)))
    """The most entries of one answer of the catalog."""
    headers: tuple[tuple[str, str], ...] = field(default=(), metadata=fields.of(http.Headers()))
    """Header fields added to each answer, such as those of CORS for a web UI elsewhere."""
    upload_age: float = field(
        default=_REGISTRY.upload_age_s, metadata=fields.of(durations.Duration("1m", "3650d"))
    )
    """An upload that nothing was added to for so long is given up."""
    upload_interval: float = field(
        default=_REGISTRY.upload_look_s, metadata=fields.of(durations.Duration("1m", "30d"))
    )
    """Time between two looks for such uploads."""
    gc_interval: float | None = field(
        default=_REGISTRY.collection.interval_s,
        metadata=fields.of(durations.Duration("1m", "365d", can_be_none=True)),
    )
    """Time between two collections of what no image needs; with `none` only `homeport registry gc` collects."""
    gc_grace: float = field(
        default=_REGISTRY.collection.grace_s, metadata=fields.of(durations.Duration("1m", "365d"))
    )
    """What was uploaded, mounted or asked for within this time stays: a push may be about to need it."""
    gc_untagged: float | None = field(
        default=_REGISTRY.collection.untagged_s,
        metadata=fields.of(durations.Duration("1m", "3650d", can_be_none=True)),
    )
    """Images without a tag go after this time without a push or pull; with `none` they stay, as they may be used by digest."""
    retention: tuple[options.Retention, ...] = field(
        default=(), metadata=fields.of(registry_tables.RETENTION)
    )
    """Which tags stay. Of the tags that a rule looks at, those go that none of its reasons keeps."""
    retention_interval: float = field(
        default=_REGISTRY.retention_s, metadata=fields.of(durations.Duration("1m", "365d"))
    )
    """Time between two runs of the retention rules."""
    scrub_interval: float | None = field(
        default=_REGISTRY.scrub_s,
        metadata=fields.of(durations.Duration("1h", "3650d", can_be_none=True)),
    )
    """Time between two runs that read all that is stored again; with `none` only `homeport registry scrub` does."""
    upstreams: tuple[options.Upstream, ...] = field(
        default=(), metadata=fields.of(registry_tables.UPSTREAMS)
    )
    """Other registries, whose repositories are kept here as they are asked for."""
    webhooks: tuple[options.Webhook, ...] = field(
        default=(), metadata=fields.of(registry_tables.WEBHOOKS)
    )
    """Who is told of pushes, pulls, mounts and deletes."""
    audit: bool = field(default=True, metadata=fields.of(values.Flag()))
    """Whether it is written down who changed what, and who was refused."""
    audit_file: Path | None = field(default=None, metadata=fields.of(fields.FILE))
    """The file of that; by default `registry-audit.log` in the folder of logs."""
    audit_size: int | None = field(default=_REGISTRY.audit_bytes, metadata=fields.of(values.Size()))
    """The size at which that file is set aside for a new one; one old file is kept."""
    metrics: str = field(
        default=_REGISTRY.metrics, metadata=fields.of(values.Choice(("admins", "users", "anyone")))
    )
    """Who may read `/metrics` at the port of the registry."""
    debug: http.Listening | None = field(default=None, metadata=fields.of(http.Listen()))
    """A second address for `/metrics`, `/livez` and `/readyz`, in plain HTTP and without a password; off by default."""
    config: Path | None = field(default=None, metadata=fields.of(fields.FILE))
    """A `config.yml` of registry v2, whose settings come after those of homeport.toml."""
    hostname: str = field(default="", metadata=fields.of(deployment.HOST))
    """Its name; by default `registry` in `domain`."""
    engine: str = field(default="auto", metadata=fields.cluster(deployment.ENGINE))
    """On Kubernetes: `upstream` deploys `registry.image`, `builtin` Homeport's own; `auto` is `upstream`."""
    image: str = field(default="registry:2", metadata=fields.cluster(deployment.IMAGE))
    """On Kubernetes: the image of the engine `upstream`."""
    namespace: str = field(default="registry", metadata=fields.cluster(deployment.LABEL))
    """On Kubernetes: where the registry and its UI are."""
    cpu: str = field(default="500m", metadata=fields.cluster(deployment.CPU))
    """On Kubernetes: the most of the processors that it may take."""
    volume: int | None = field(default=None, metadata=fields.cluster(values.Size()))
    """On Kubernetes: the size of its volume; by default `registry.quota`. A volume can grow, where its class can, and never shrink."""
