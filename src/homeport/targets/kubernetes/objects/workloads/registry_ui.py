"""The web UI of the registry (section 3 of the data model).

https://github.com/Joxit/docker-registry-ui#available-options
"""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack import settings
from homeport.targets.kubernetes.objects import names, quantities
from homeport.targets.kubernetes.objects.kinds import Object
from homeport.targets.kubernetes.objects.workloads import pods

COMPONENT = "registry-ui"
PORT = 8080
"""Without root its nginx may not listen on 80, so the Service leads from 80 to this.
https://github.com/Joxit/docker-registry-ui/blob/2.6.0/bin/90-docker-registry-ui.sh"""

_NGINX = 101
"""https://github.com/nginx/docker-nginx/blob/1.29.0/stable/alpine-slim/Dockerfile"""

_START_S = 60


def objects(chosen: settings.Settings) -> Iterator[Object]:
    """Its Deployment, where it is wanted."""
    if chosen.ui.enabled:
        yield pods.deployment(chosen, _workload(chosen))


def _workload(chosen: settings.Settings) -> pods.Workload:
    return pods.Workload(
        name=names.UI,
        component=COMPONENT,
        namespace=chosen.registry.namespace,
        purpose="Runs the web UI of the registry.",
        container=_container(chosen),
        volumes=(),
        security=pods.unprivileged(_NGINX),
        annotations={},
        grace_s=0,
    )


def _container(chosen: settings.Settings) -> Object:
    its = chosen.ui
    return {
        "image": its.image,
        "env": pods.variables(_variables(chosen)),
        "ports": pods.ports(PORT),
        **pods.probes(ready="/", alive="/", start_s=_START_S),
        "resources": quantities.resources(
            memory=its.memory, cpu=its.cpu, asked_memory=32 * quantities.MIB, asked_cpu="10m"
        ),
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
