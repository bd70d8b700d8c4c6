"""The web UI of the registry (section 3 of the data model): joxit's, or Homeport's own console.

https://github.com/Joxit/docker-registry-ui#available-options
"""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack import settings
from homeport.targets.kubernetes.objects import names, quantities
from homeport.targets.kubernetes.objects.kinds import Object
from homeport.targets.kubernetes.objects.workloads import builtin, engines, pods

COMPONENT = "registry-ui"
PORT = 8080
"""Without root its nginx may not listen on 80, so the Service leads from 80 to this.
https://github.com/Joxit/docker-registry-ui/blob/2.6.0/bin/90-docker-registry-ui.sh"""

_NGINX = 101
"""https://github.com/nginx/docker-nginx/blob/1.29.0/stable/alpine-slim/Dockerfile"""

CERTIFICATES = "/certificates"
"""Where the console finds the certificates whose expiry it shows, one `NAME.crt` each, where they have been made."""
_TMP = "/tmp"  # noqa: S108 - inside

_GRACE_S = 20
"""Beside the time that requests in flight have."""
_START_S = 60


def objects(chosen: settings.Settings) -> Iterator[Object]:
    """Its Deployment, where it is wanted."""
    if chosen.ui.enabled:
        is_builtin = engines.is_builtin(chosen.ui.engine)
        yield pods.deployment(chosen, _builtin(chosen) if is_builtin else _upstream(chosen))


def _upstream(chosen: settings.Settings) -> pods.Workload:
    return pods.Workload(
        name=names.UI,
        component=COMPONENT,
        namespace=chosen.registry.namespace,
        purpose="Runs the web UI of the registry.",
        container=_joxit(chosen),
        volumes=(),
        security=pods.unprivileged(_NGINX),
        annotations={},
        grace_s=0,
    )


def _joxit(chosen: settings.Settings) -> Object:
    return {
        "image": chosen.ui.image,
        "env": pods.variables(_variables(chosen)),
        "ports": pods.ports(PORT),
        **pods.probes(ready="/", alive="/", start_s=_START_S),
        "resources": _resources(chosen, asked=32),
        # It writes its settings into its own pages when it starts.
        "securityContext": pods.locked(readOnlyRootFilesystem=False),
    }


def _variables(chosen: settings.Settings) -> dict[str, str]:
    """Its nginx hands `/v2/` on, with the user and password that Traefik has seen, so that no browser asks another host."""
    its = chosen.registry
    return {
        "NGINX_LISTEN_PORT": str(PORT),
        "NGINX_PROXY_PASS_URL": f"http://{names.service(names.REGISTRY, its.namespace)}:{its.port}",
        "SINGLE_REGISTRY": "true",
        "REGISTRY_TITLE": chosen.hosts.registry,
        "PULL_URL": chosen.hosts.registry,
        "REGISTRY_SECURED": _said(its.auth),
        "DELETE_IMAGES": _said(its.delete and not its.readonly),
        "SHOW_CONTENT_DIGEST": "true",
        "CATALOG_ELEMENTS_LIMIT": str(its.page),
        "ENABLE_VERSION_NOTIFICATION": "false",
    }


def _said(is_so: bool) -> str:
    return "true" if is_so else "false"


# Homeport's own


def _builtin(chosen: settings.Settings) -> pods.Workload:
    return pods.Workload(
        name=names.UI,
        component=COMPONENT,
        namespace=chosen.registry.namespace,
        purpose="Runs the web UI of the registry.",
        container=_console(chosen),
        volumes=(_certificates(chosen), {"name": "tmp", "emptyDir": {}}),
        security=pods.unprivileged(),
        annotations={},
        grace_s=chosen.up.stop_timeout_s + _GRACE_S,
    )


def _console(chosen: settings.Settings) -> Object:
    return {
        "image": chosen.kubernetes.image,
        "args": ["serve", COMPONENT],
        "env": pods.variables(_own_variables(chosen)),
        "ports": pods.ports(PORT),
        **pods.probes(ready="/readyz", alive="/livez", start_s=_START_S),
        "resources": _resources(chosen, asked=64),
        "securityContext": pods.locked(),
        "volumeMounts": [
            {"name": "certificates", "mountPath": CERTIFICATES, "readOnly": True},
            {"name": "tmp", "mountPath": _TMP},
        ],
    }


def _own_variables(chosen: settings.Settings) -> dict[str, str]:
    """It asks the Services, with the user and password of each visitor: the plain ports are closed to others."""
    its, aws = chosen.registry, chosen.cloud
    inside = {
        "HOMEPORT_UI_REGISTRY_URL": _service(names.REGISTRY, its.namespace, its.port),
        "HOMEPORT_UI_CLOUD_URL": _service(names.CLOUD, aws.namespace, aws.port),
    }
    own = {
        "HOMEPORT_CONFIG": "/dev/null",
        "HOMEPORT_DATA": f"{_TMP}/homeport",
        "HOMEPORT_TARGET": settings.KUBERNETES,
        "HOMEPORT_UI_HOST": "0.0.0.0",  # noqa: S104 - Traefik comes from another pod
        "HOMEPORT_UI_PORT": str(PORT),
        "HOMEPORT_UI_TLS": "off",
        "HOMEPORT_UI_CERTIFICATES": CERTIFICATES,
    }
    return own | inside | builtin.registry_ui(chosen)


def _service(name: str, namespace: str, port: int) -> str:
    return f"http://{names.service(name, namespace)}:{port}"


def _certificates(chosen: settings.Settings) -> Object:
    """The public halves of the certificates of its namespace, which a pod cannot look beyond. No key comes with them.

    They are optional: cert-manager makes them when it gets to it, and nobody is to wait for that.
    https://kubernetes.io/docs/concepts/storage/projected-volumes/
    """
    shown = [names.REGISTRY, names.UI]
    if chosen.cloud.namespace == chosen.registry.namespace:
        shown.append(names.CLOUD)
    sources = [
        {
            "secret": {
                "name": names.certificate_secret(name),
                "items": [{"key": "tls.crt", "path": f"{name}.crt"}],
                "optional": True,
            }
        }
        for name in shown
    ]
    return {"name": "certificates", "projected": {"sources": sources}}


def _resources(chosen: settings.Settings, *, asked: int) -> Object:
    its = chosen.ui
    return quantities.resources(
        memory=its.memory, cpu=its.cpu, asked_memory=asked * quantities.MIB, asked_cpu="10m"
    )
