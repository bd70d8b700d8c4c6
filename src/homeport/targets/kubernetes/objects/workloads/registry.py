"""The registry: its users, its configuration, its volume and its pod (section 1 of the data model)."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping

from homeport.stack import settings
from homeport.targets.kubernetes.objects import kinds, making, names, quantities
from homeport.targets.kubernetes.objects.kinds import Object
from homeport.targets.kubernetes.objects.workloads import builtin, config_yml, engines, pods

COMPONENT = "registry"

_READABLE = 0o440
"""For the pod's group. https://kubernetes.io/docs/concepts/configuration/secret/#secret-files-permissions"""

_GRACE_S = 20
"""Beside the time that requests in flight have."""

_START_S = 120


def objects(chosen: settings.Settings, htpasswd: str | None) -> Iterator[Object]:
    """All that the registry is and has."""
    if chosen.registry.auth and htpasswd is not None:
        yield _auth(chosen, htpasswd)
    secrets = _secrets(chosen)
    if secrets:
        yield _settings(chosen, secrets)
    config = config_yml.text(chosen)
    yield _config(chosen, config)
    yield pods.claim(
        chosen,
        names.REGISTRY_CLAIM,
        "Keeps the images of the registry.",
        component=COMPONENT,
        namespace=chosen.registry.namespace,
        size=chosen.registry.volume or chosen.registry.quota,
    )
    yield pods.deployment(chosen, _workload(chosen, config, secrets))


def secret_data(texts: Mapping[str, str]) -> Object:
    """The fields of a Secret. Not `stringData`: what it wrote belongs to nobody afterwards, so that no key ever goes.

    https://kubernetes.io/docs/reference/using-api/server-side-apply/
    """
    raw = {name: text.encode("utf-8", "surrogateescape") for name, text in texts.items()}
    data = {name: base64.b64encode(each).decode() for name, each in raw.items()}
    return {"type": "Opaque", "data": data}


def _auth(chosen: settings.Settings, htpasswd: str) -> Object:
    return making.new(
        chosen,
        kinds.SECRET,
        names.AUTH_SECRET,
        "Users of the registry and their passwords as bcrypt, for Traefik and for the registry.",
        component=COMPONENT,
        namespace=chosen.registry.namespace,
        **secret_data({names.HTPASSWD: htpasswd}),
    )


def _secrets(chosen: settings.Settings) -> dict[str, str]:
    if engines.is_builtin(chosen.registry.engine):
        return builtin.registry_secrets(chosen)
    hooks = chosen.registry.webhooks
    return {config_yml.ENDPOINTS: config_yml.endpoints(hooks)} if hooks else {}


def _settings(chosen: settings.Settings, secrets: Mapping[str, str]) -> Object:
    return making.new(
        chosen,
        kinds.SECRET,
        names.SETTINGS_SECRET,
        "Settings of the registry that may hold passwords: webhooks and upstreams.",
        component=COMPONENT,
        namespace=chosen.registry.namespace,
        **secret_data(secrets),
    )


def _config(chosen: settings.Settings, config: str) -> Object:
    return making.new(
        chosen,
        kinds.CONFIG_MAP,
        names.CONFIG,
        "The configuration of the registry, in the form of registry v2.",
        component=COMPONENT,
        namespace=chosen.registry.namespace,
        data={names.CONFIG_KEY: config},
    )


def _workload(chosen: settings.Settings, config: str, secrets: Mapping[str, str]) -> pods.Workload:
    """Users are no part of the checksum: both engines read a changed file of theirs by themselves.

    https://github.com/distribution/distribution/blob/v2.8.3/registry/auth/htpasswd/access.go
    """
    return pods.Workload(
        name=names.REGISTRY,
        component=COMPONENT,
        namespace=chosen.registry.namespace,
        purpose="Runs the registry.",
        container=_container(chosen, secrets),
        volumes=_volumes(chosen),
        security=pods.unprivileged(),
        annotations={"checksum/config": making.checksum(config, *secrets.values())},
        grace_s=chosen.up.stop_timeout_s + _GRACE_S,
    )


def _container(chosen: settings.Settings, secrets: Mapping[str, str]) -> Object:
    its = chosen.registry
    engine = _builtin(chosen) if engines.is_builtin(its.engine) else _upstream(chosen)
    engine["env"] += [pods.secret_variable(name, names.SETTINGS_SECRET) for name in secrets]
    return {
        **engine,
        "ports": pods.ports(config_yml.PORT),
        "resources": quantities.resources(
            memory=its.memory, cpu=its.cpu, asked_memory=64 * quantities.MIB, asked_cpu="50m"
        ),
        "securityContext": pods.locked(),
        "volumeMounts": _mounts(chosen),
    }


def _upstream(chosen: settings.Settings) -> Object:
    """Registry v2, asked at `/`: it answers 200 to everybody while its storage is well, 503 otherwise.

    `/v2/` answers 401 without a password, which a kubelet counts as a failure, and a password has no place in a Deployment.

    https://github.com/distribution/distribution/blob/v2.8.3/registry/registry.go (alive, health.Handler)
    https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#http-probes

    The path of config.yml is named, since registry:3 looks for another one by itself.
    https://distribution.github.io/distribution/about/configuration/
    """
    return {
        "image": chosen.registry.image,
        "args": [config_yml.PATH],
        "env": [],
        **pods.probes(ready="/", alive="/", start_s=_START_S),
    }


def _builtin(chosen: settings.Settings) -> Object:
    own = {
        "HOMEPORT_CONFIG": "/dev/null",
        "HOMEPORT_DATA": f"{config_yml.STORAGE}/homeport",
        "REGISTRY_CONFIGURATION_PATH": config_yml.PATH,
    }
    return {
        "image": chosen.kubernetes.image,
        "args": ["serve", "registry"],
        "env": pods.variables(own | builtin.registry(chosen)),
        **pods.probes(ready="/readyz", alive="/livez", start_s=_START_S),
    }


def _mounts(chosen: settings.Settings) -> list[Object]:
    """Whole folders: a single file of a Secret or ConfigMap is mounted as it was when the pod started.

    https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod (subPath)
    """
    made: list[Object] = [
        {"name": "config", "mountPath": config_yml.FOLDER, "readOnly": True},
        {"name": "storage", "mountPath": config_yml.STORAGE},
        {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - inside
    ]
    if chosen.registry.auth:
        made.append({"name": "auth", "mountPath": config_yml.AUTH_FOLDER, "readOnly": True})
    return made


def _volumes(chosen: settings.Settings) -> list[Object]:
    """The Secret of users is not optional: no pod starts before it is there, as the data model asks."""
    made: list[Object] = [
        {"name": "config", "configMap": {"name": names.CONFIG}},
        {"name": "storage", "persistentVolumeClaim": {"claimName": names.REGISTRY_CLAIM}},
        {"name": "tmp", "emptyDir": {}},
    ]
    if chosen.registry.auth:
        secret = {"secretName": names.AUTH_SECRET, "defaultMode": _READABLE}
        made.append({"name": "auth", "secret": secret})
    return made
