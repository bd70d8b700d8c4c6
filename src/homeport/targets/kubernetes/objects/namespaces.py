"""Where the components are."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack import settings
from homeport.targets.kubernetes.objects import kinds, making
from homeport.targets.kubernetes.objects.kinds import Object
from homeport.targets.kubernetes.objects.workloads import engines

_LEVELS = ("restricted", "baseline", "privileged")
_ENFORCE = "pod-security.kubernetes.io/enforce"
"""https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces"""

_PURPOSE = "The namespace of components of the stack. Deleting it deletes their volumes."


def objects(chosen: settings.Settings) -> Iterator[Object]:
    """A Namespace each; one where they share it."""
    wanted: dict[str, str] = {}
    for name, level in (
        (chosen.registry.namespace, "restricted"),
        (chosen.cloud.namespace, _of_cloud(chosen)),
    ):
        wanted[name] = max(wanted.get(name, level), level, key=_LEVELS.index)
    for name, level in wanted.items():
        made = making.new(chosen, kinds.NAMESPACE, name, _PURPOSE, component=making.STACK)
        made["metadata"]["labels"][_ENFORCE] = level
        yield made


def _of_cloud(chosen: settings.Settings) -> str:
    """LocalStack runs as root, and no level below the last lets a pod have a socket of its node.

    https://kubernetes.io/docs/concepts/security/pod-security-standards/
    """
    if engines.is_builtin(chosen.cloud.engine):
        return "restricted"
    return "baseline" if chosen.cloud.docker_socket is None else "privileged"
