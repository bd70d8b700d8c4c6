"""`[ui]`: the web console, which shows the registry, the local AWS and the stack."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from homeport.stack import values
from homeport.stack.groups import deployment, fields
from homeport.stack.kinds import durations, http, lists, ports

_TITLE = lists.Matching(
    r"[^\x00-\x1f\x7f-\x9f\s]([^\x00-\x1f\x7f-\x9f]{0,78}[^\x00-\x1f\x7f-\x9f\s])?",
    "a text of 1 to 80 letters, no space at either end",
)
_REGISTRY = http.Url(can_be_empty=True, has_path=False)
_CLOUD = http.OptionalUrl(can_be_empty=True, has_path=False)


@dataclass(frozen=True, slots=True)
class Ui:
    """The web console: the registry, the local AWS and the stack, in a browser."""

    enabled: bool = field(default=True, metadata=fields.of(values.Flag()))
    """Whether it is started, and deployed."""
    host: str = field(default="127.0.0.1", metadata=fields.of(values.Address()))
    """The address to listen on; `0.0.0.0` opens it to the network."""
    port: int | None = field(default=None, metadata=fields.of(ports.AutoPort()))
    """The port; `auto` is 5080, or one of the next three where that is taken."""
    tls: bool = field(default=True, metadata=fields.of(values.Flag()))
    """Whether it speaks HTTPS, and only that; plain HTTP is sent on to it. Off is for use behind an ingress that does."""
    registry_url: str = field(default="", metadata=fields.of(_REGISTRY))
    """The registry that it shows; by default the stack's own. Any one that has the distribution API will do, with the pages that this allows."""
    cloud_url: str = field(default="", metadata=fields.of(_CLOUD))
    """The AWS that it shows; by default the stack's own. `none` leaves out its pages."""
    ca: Path | None = field(default=None, metadata=fields.of(fields.FILE))
    """A CA to trust for these two, PEM, beside those of the system; where they are the stack's own it is the stack's."""
    title: str = field(default="Homeport", metadata=fields.of(_TITLE))
    """What stands at the top of each page."""
    theme: str = field(default="auto", metadata=fields.of(values.Choice(("auto", "light", "dark"))))
    """Its colours; `auto` follows the system of who looks."""
    page: int = field(default=100, metadata=fields.of(values.Number(10, 1000)))
    """The rows of a table's page."""
    tag_sort: str = field(
        default="pushed",
        metadata=fields.of(values.Choice(("name", "pushed", "created", "bytes", "pulled"))),
    )
    """By what tags are sorted at first."""
    tag_order: str = field(default="desc", metadata=fields.of(values.Choice(("asc", "desc"))))
    """In which order."""
    session_idle: float = field(
        default=12 * 3600.0, metadata=fields.of(durations.Duration("1m", "90d"))
    )
    """Who did nothing for so long has to log in again."""
    session: float = field(
        default=7 * 86_400.0, metadata=fields.of(durations.Duration("1m", "365d"))
    )
    """Who logged in so long ago has to log in again, whatever they do."""
    cloud_writers: str = field(
        default="users", metadata=fields.of(values.Choice(("users", "admins")))
    )
    """Who may change the local AWS there; a user who may push nowhere only reads in any case."""
    memory: int | None = field(default=256 * fields.MIB, metadata=fields.of(values.Size()))
    """The most memory of its process; one that takes more is started anew."""
    hostname: str = field(default="", metadata=fields.of(deployment.HOST))
    """Its name; by default `registry-ui` in `domain`."""
    engine: str = field(default="auto", metadata=fields.cluster(deployment.ENGINE))
    """On Kubernetes: `upstream` deploys `ui.image`, `builtin` Homeport's own; `auto` is `upstream`. On this machine it is Homeport's own."""
    image: str = field(
        default="joxit/docker-registry-ui", metadata=fields.cluster(deployment.IMAGE)
    )
    """On Kubernetes: the image of the engine `upstream`."""
    cpu: str = field(default="500m", metadata=fields.cluster(deployment.CPU))
    """On Kubernetes: the most of the processors that it may take."""
    certificates: Path | None = field(default=None, metadata=fields.cluster(values.Folder()))
    """On Kubernetes: where the pod of the engine `builtin` finds the certificates whose expiry it shows, one `NAME.crt` each; `apply` tells it."""
