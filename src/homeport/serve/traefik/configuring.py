"""What Traefik is told, from the settings and the files that they name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from homeport import errors
from homeport.net import files, names
from homeport.net.ingress import dynamic, static
from homeport.serve import edge
from homeport.stack import folders, settings
from homeport.stack.groups import sites
from homeport.targets.kubernetes import yaml_text
from homeport.targets.local import component

Backends = Mapping[str, dynamic.Backend]


def static_file(where: folders.Folders) -> Path:
    """What Traefik reads at its start."""
    return where.ingress_configuration / "traefik.yml"


def dynamic_file(where: folders.Folders) -> Path:
    """What it reads whenever it changes."""
    return where.ingress_configuration / "routes.yml"


def acme_storage(where: folders.Folders) -> Path:
    """The account and the certificates that it got by ACME."""
    return where.ingress / "acme.json"


def static_configuration(chosen: settings.Settings, listening: static.Listening) -> dict[str, Any]:
    """How it is started."""
    its, where = chosen.ingress, folders.of(chosen)
    acme = static.Acme(its.acme_email, its.acme_provider, its.acme_server, acme_storage(where))
    return static.configuration(
        listening,
        dynamic_file(where),
        read_timeout_s=its.read_timeout,
        grace_s=max(0.5, edge.drain_s(chosen) - 1.0),
        level=chosen.log.level,
        acme=acme if its.acme_email else None,
    )


def certificate(chosen: settings.Settings) -> dynamic.Certificate:
    """The certificate as its files are now. Raises `HomeportError` where one cannot be read."""
    pair = folders.certificate(chosen)
    return dynamic.Certificate(_text(pair.certificate), _text(pair.key))


def dynamic_configuration(
    chosen: settings.Settings, port: int, backends: Backends, shown: dynamic.Certificate
) -> dict[str, Any]:
    """What leads where, with the users as they are now. Raises `HomeportError` where their file cannot be read."""
    where = folders.of(chosen)
    return dynamic.configuration(
        sites.of(chosen, settings.DEPLOYED),
        backends,
        shown,
        dynamic.Login(chosen.registry.realm, _users(where.htpasswd)),
        port=port,
        has_acme=bool(chosen.ingress.acme_email),
    )


def backends(chosen: settings.Settings) -> Backends:
    """The components of this machine that have a name."""
    is_own = chosen.tls.certificate is not None
    registry, cloud, ui = chosen.registry, chosen.cloud, chosen.ui
    ca = "" if is_own else _text(files.ca(folders.of(chosen).certificates).certificate)
    return {
        sites.REGISTRY: _backend(
            registry.host,
            registry.port,
            ca,
            is_encrypted=registry.tls,
            is_own=is_own or registry.certificate is not None,
        ),
        sites.UI: _backend(
            ui.host,
            ui.port or component.UI_PORTS[0],
            ca,
            is_encrypted=ui.tls,
            is_own=is_own,
        ),
        # By HTTPS too: what it says of itself, such as a queue's URL, has the scheme by which it was asked.
        sites.CLOUD: _backend(cloud.host, cloud.port, ca, is_encrypted=True, is_own=is_own),
    }


def _backend(host: str, port: int, ca: str, *, is_encrypted: bool, is_own: bool) -> dynamic.Backend:
    address = _reached(host)
    url = f"{'https' if is_encrypted else 'http'}://{address}:{port}"
    if not is_encrypted:
        return dynamic.Backend(url)
    if is_own:
        return dynamic.Backend(url, is_verified=False)
    return dynamic.Backend(url, ca, edge.SERVER_NAME)


def _reached(host: str) -> str:
    if names.is_wildcard(host):
        return "[::1]" if ":" in host else "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def static_text(configuration: Mapping[str, Any]) -> bytes:
    """How it is started, in YAML, as a person reads it who looks for a fault."""
    return yaml_text.document(configuration).encode()


def dynamic_text(configuration: Mapping[str, Any]) -> bytes:
    """What leads where, in YAML. Traefik reads this file alone as a template first: braces in a user's name stand for themselves.

    https://doc.traefik.io/traefik/reference/install-configuration/providers/others/file/#go-templating
    """
    return yaml_text.document(configuration).replace("{{", '{{"{{"}}').encode()


def _users(path: Path) -> list[str]:
    """The lines of the htpasswd file; none where there is no file, and then nobody is let in."""
    lines = _text(path).splitlines() if path.exists() else []
    return [line.strip() for line in lines if ":" in line and not line.lstrip().startswith("#")]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise errors.HomeportError(
            f"{path} could not be read: {errors.reason(error)}.",
            hint="homeport up makes certificates; tls.certificate and tls.key name some of your own.",
        ) from error
