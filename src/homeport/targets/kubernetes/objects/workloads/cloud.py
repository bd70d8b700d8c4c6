"""The cloud: its volume, its token and its pod (section 2 of the data model)."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack import settings
from homeport.targets.kubernetes.objects import kinds, making, names, quantities
from homeport.targets.kubernetes.objects.kinds import Object
from homeport.targets.kubernetes.objects.workloads import builtin, engines, pods, registry

COMPONENT = "cloud"
PORT = 4566
STORAGE = "/var/lib/localstack"

_HEALTH = "/_localstack/health"
_SOCKET = "/var/run/docker.sock"
_HTTPS = 443
_GRACE_S = 20
_SAVING_S = 60
"""LocalStack writes down what it holds when it ends.
https://docs.localstack.cloud/aws/capabilities/state-management/persistence/"""
_START_S = 300


def objects(chosen: settings.Settings) -> Iterator[Object]:
    """All that the cloud is and has."""
    its = chosen.cloud
    if its.auth_token and not engines.is_builtin(its.engine):
        yield _secret(chosen)
    yield pods.claim(
        chosen,
        names.CLOUD_CLAIM,
        "Keeps the objects, queues, tables and functions of the cloud.",
        component=COMPONENT,
        namespace=its.namespace,
        size=its.volume or its.quota,
    )
    workload = _builtin(chosen) if engines.is_builtin(its.engine) else _upstream(chosen)
    yield pods.deployment(chosen, workload)


def _secret(chosen: settings.Settings) -> Object:
    return making.new(
        chosen,
        kinds.SECRET,
        names.CLOUD_SECRET,
        "The token without which LocalStack does not start.",
        component=COMPONENT,
        namespace=chosen.cloud.namespace,
        **registry.secret_data({names.TOKEN: chosen.cloud.auth_token}),
    )


def _upstream(chosen: settings.Settings) -> pods.Workload:
    """Its image runs as root, and starts and changes what belongs to others; it is made for the rights that containers have.

    https://github.com/localstack/localstack/blob/v4.0.0/Dockerfile
    """
    its = chosen.cloud
    return pods.Workload(
        name=names.CLOUD,
        component=COMPONENT,
        namespace=its.namespace,
        purpose="Runs the local AWS.",
        container={
            "image": its.image,
            "env": _upstream_env(chosen),
            **_alike(chosen),
            "securityContext": {"allowPrivilegeEscalation": False},
            "volumeMounts": [{"name": "storage", "mountPath": STORAGE}, *_socket_mount(its)],
        },
        volumes=(_storage(), *_socket_volume(its)),
        security=pods.as_root(),
        annotations=_checksum(its),
        grace_s=max(_SAVING_S, chosen.up.stop_timeout_s + _GRACE_S),
    )


def _builtin(chosen: settings.Settings) -> pods.Workload:
    its = chosen.cloud
    return pods.Workload(
        name=names.CLOUD,
        component=COMPONENT,
        namespace=its.namespace,
        purpose="Runs the local AWS.",
        container={
            "image": chosen.kubernetes.image,
            "args": ["serve", "cloud"],
            "env": pods.variables(_builtin_variables(chosen)),
            **_alike(chosen),
            "securityContext": pods.locked(),
            "volumeMounts": [
                {"name": "storage", "mountPath": STORAGE},
                {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - inside
            ],
        },
        volumes=(_storage(), {"name": "tmp", "emptyDir": {}}),
        security=pods.unprivileged(),
        annotations={},
        grace_s=chosen.up.stop_timeout_s + _GRACE_S,
    )


def _alike(chosen: settings.Settings) -> Object:
    its = chosen.cloud
    return {
        "ports": pods.ports(PORT),
        **pods.probes(ready=_HEALTH, alive=_HEALTH, start_s=_START_S),
        "resources": quantities.resources(
            memory=its.memory, cpu=its.cpu, asked_memory=256 * quantities.MIB, asked_cpu="100m"
        ),
    }


def _variables(chosen: settings.Settings) -> dict[str, str]:
    """What both engines follow; the first three are the data model's.

    https://docs.localstack.cloud/aws/configuration/config/configuration/
    """
    return {
        "SERVICES": ",".join(chosen.cloud.services),
        "PERSISTENCE": "1",
        "DATA_DIR": STORAGE,
        # Where the URLs that it gives out lead: through Traefik.
        "LOCALSTACK_HOST": f"{chosen.hosts.cloud}:{_HTTPS}",
    }


def _upstream_env(chosen: settings.Settings) -> list[Object]:
    """The Secret may be somebody else's, or not be there: the data model calls it optional.

    Queues have the URL of the host that was asked, so that they work inside of the cluster too.
    https://docs.localstack.cloud/aws/services/sqs/#queue-urls
    """
    own = {**_variables(chosen), "USE_SSL": "1", "SQS_ENDPOINT_STRATEGY": "dynamic"}
    if chosen.log.level == "debug":
        own["DEBUG"] = "1"
    given = own | dict(chosen.cloud.environment)
    made = pods.variables(given)
    if names.TOKEN not in given:
        made.append(pods.secret_variable(names.TOKEN, names.CLOUD_SECRET, optional=True))
    return made


def _builtin_variables(chosen: settings.Settings) -> dict[str, str]:
    own = {
        **_variables(chosen),
        "GATEWAY_LISTEN": f"0.0.0.0:{PORT}",
        "HOMEPORT_CONFIG": "/dev/null",
        "HOMEPORT_DATA": f"{STORAGE}/homeport",
    }
    return own | builtin.cloud(chosen) | dict(chosen.cloud.environment)


def _checksum(its: settings.Cloud) -> dict[str, str]:
    return {"checksum/config": making.checksum(its.auth_token)} if its.auth_token else {}


def _storage() -> Object:
    return {"name": "storage", "persistentVolumeClaim": {"claimName": names.CLOUD_CLAIM}}


def _socket_mount(its: settings.Cloud) -> list[Object]:
    return [] if its.docker_socket is None else [{"name": "docker", "mountPath": _SOCKET}]


def _socket_volume(its: settings.Cloud) -> list[Object]:
    """`Socket`: where there is none the pod waits and says so, instead of finding an empty folder.

    https://kubernetes.io/docs/concepts/storage/volumes/#hostpath-volume-types
    """
    if its.docker_socket is None:
        return []
    return [{"name": "docker", "hostPath": {"path": str(its.docker_socket), "type": "Socket"}}]
