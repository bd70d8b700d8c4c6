"""Tells the tools of developers of the cluster's registry: Tilt, ctlptl and others look there.

https://github.com/kubernetes/enhancements/tree/master/keps/sig-cluster-lifecycle/generic/1755-communicating-a-local-registry
"""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack import settings
from homeport.targets.kubernetes import yaml_text
from homeport.targets.kubernetes.objects import kinds, making, names
from homeport.targets.kubernetes.objects.kinds import Object


def objects(chosen: settings.Settings) -> Iterator[Object]:
    """The ConfigMap, which a cluster has once: of two stacks one publishes."""
    if not chosen.kubernetes.publish:
        return
    yield making.new(
        chosen,
        kinds.CONFIG_MAP,
        names.PUBLISHED,
        "Tells tools such as Tilt under which name images are pushed to the registry.",
        component="registry",
        namespace=names.PUBLISHED_NAMESPACE,
        data={names.PUBLISHED_KEY: yaml_text.document(_hosting(chosen))},
    )


def _hosting(chosen: settings.Settings) -> dict[str, str]:
    """Without `hostFromClusterNetwork` tools in pods take it that the registry is not for them: its plain port is closed to them."""
    host = chosen.hosts.registry
    made = {"host": host, "hostFromContainerRuntime": host}
    if not chosen.kubernetes.network_policies:
        its = chosen.registry
        inside = names.service(names.REGISTRY, its.namespace)
        made["hostFromClusterNetwork"] = f"{inside}:{its.port}"
    return made
