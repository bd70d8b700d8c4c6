"""What can be set of a registry, handed in when it is opened. Durations are seconds, sizes bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S


@dataclass(frozen=True, slots=True)
class Rule:
    """Lets somebody do something. What no rule lets is refused; without any rule each user may do everything."""

    repositories: tuple[str, ...]
    """Patterns of names: `*` stands for anything but a slash, `**` for anything, `?` for one character that is no slash."""
    allow: tuple[str, ...] = ("pull",)
    """Of `pull`, `push` and `delete`."""
    users: tuple[str, ...] = ()
    """Names of users, and of robots as `robot+NAME`; `*` is each user that has logged in."""
    anonymous: bool = False
    """Whether it also holds for who gives no credential; only `pull` is let then, and whoever logs in may pull there too."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Which rubbish is collected, and when."""

    interval_s: float | None = 900.0
    """Time between two collections; None where only `homeport registry gc` collects."""
    grace_s: float = HOUR_S
    """What was uploaded, mounted or asked for by HEAD within this time stays: a push may be about to need it."""
    untagged_s: float | None = None
    """Manifests that no tag, index or subject leads to go after this time without a push or pull; None keeps them, as images may be
    used by digest."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Which tags stay. Of the tags that it looks at, those go that none of its reasons keeps.

    A rule that names no reason to keep tags judges none: it is for untagged manifests.
    """

    repositories: tuple[str, ...]
    """Patterns of names: `*` stands for anything but a slash, `**` for anything, `?` for one character."""
    tags: tuple[str, ...] = ("*",)
    """Patterns of the tags that it looks at; other tags stay."""
    keep: tuple[str, ...] = ()
    """Patterns of tags that stay."""
    keep_last: int | None = None
    """This many stay that were pushed last."""
    keep_pushed_s: float | None = None
    """What was pushed within this time stays."""
    keep_pulled_s: float | None = None
    """What was pulled within this time stays; what was never pulled, if it was pushed within it."""
    untagged_s: float | None = None
    """Images of these repositories that no tag leads to go after this time without a push or pull."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """Another registry, whose repositories are kept here as they are asked for."""

    prefix: str
    """With `docker.io` its `library/alpine` is `docker.io/library/alpine` here. With nothing all names are its."""
    url: str
    """Where it is, such as `https://registry-1.docker.io`."""
    user: str = ""
    """Who it is asked as; by default nobody."""
    password: str = field(default="", repr=False)
    """That user's password."""
    password_file: Path | None = None
    """A file that holds the password; it is read into `password` before the registry is opened."""
    ca: Path | None = None
    """A certificate to trust beside those that the system trusts."""
    fresh_s: float = 300.0
    """How long a tag is believed before the upstream is asked again. What is asked for by digest is never asked for again."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Who is told of what happens, as Distribution tells it.

    https://distribution.github.io/distribution/about/notifications/
    """

    name: str
    """What it is called in messages and metrics."""
    url: str = field(repr=False)
    """Where events are posted to."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Header fields of each post, such as `Authorization`."""
    timeout_s: float = 5.0
    """How long an answer may take."""
    threshold: int = 5
    """Failures in a row after which it is left alone for a while."""
    backoff_s: float = 10.0
    """How long that is."""
    keep_s: float = 3 * DAY_S
    """What could not be delivered for so long is given up."""
    actions: tuple[str, ...] = ("push", "pull", "mount", "delete")
    """What is told."""
    ignored_media_types: tuple[str, ...] = ()
    """Media types of which nothing is told."""


@dataclass(frozen=True, slots=True)
class Options:
    """All that can be set."""

    htpasswd: Path | None = None
    """The file of users; None lets everybody in, and do everything."""
    admins: tuple[str, ...] = ()
    """Users who may do everything, whatever the rules say."""
    keeper: str = ""
    """The admin of the stack, whom nobody can remove."""
    keeper_password: Path | None = None
    """The file where the owner of the stack finds that admin's password; None where there is none, as in a cluster."""
    rules: tuple[Rule, ...] = ()
    realm: str = "homeport"
    """What a client shows when it asks for a password."""
    has_tokens: bool = False
    """Whether clients are sent for a token rather than for a password. Basic is taken in any case."""
    token_s: float = 300.0
    """How long a token holds. https://distribution.github.io/distribution/spec/auth/token/ (60 at least)"""
    url: str = ""
    """Where clients reach it, for the address of tokens and in events; by default as the request says."""
    trusted_proxies: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    """The networks whose `X-Forwarded-For` is believed when failed logins are counted."""
    control: Path | None = None
    """A file for the secret by which commands of this machine's owner come in."""
    may_delete: bool = True
    is_readonly: bool = False
    """Whether pushes and deletes are refused."""
    headers: tuple[tuple[str, str], ...] = ()
    """Fields added to each response."""
    page: int = 1000
    """The most entries of a page of the catalog, and their number where none is asked for."""
    upload_age_s: float = 7 * DAY_S
    """An upload that nothing was added to for so long is given up, as Distribution does.
    https://distribution.github.io/distribution/about/configuration/#uploadpurging"""
    upload_look_s: float = HOUR_S
    """Time between two looks for such uploads."""
    collection: Collection = field(default_factory=Collection)
    retention: tuple[Retention, ...] = ()
    retention_s: float = DAY_S
    """Time between two runs of the retention rules."""
    scrub_s: float | None = None
    """Time between two runs that read all blobs again; None where only `homeport registry scrub` does."""
    upstreams: tuple[Upstream, ...] = ()
    webhooks: tuple[Webhook, ...] = ()
    audit: Path | None = None
    """The file of the audit log."""
    audit_bytes: int = 16 * 2**20
    """The size at which the audit log is set aside for a new one."""
    metrics: str = "admins"
    """Who may read `/metrics` at the registry's own port: `admins`, `users` or `anyone`."""
