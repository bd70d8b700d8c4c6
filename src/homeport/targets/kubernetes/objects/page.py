"""The page of the objects, from what is rendered: docs/kubernetes-objects.md."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from homeport.registry import options
from homeport.stack import settings
from homeport.targets.kubernetes.objects import kinds, making, names, render
from homeport.targets.kubernetes.objects.kinds import Object

_HEAD = """# Kubernetes objects

What `homeport apply` deploys, in the order in which it is applied; `homeport render` prints it. Names, namespaces, images, ports,
sizes, limits and variables are those of the data model where no setting says otherwise. Each object has its purpose with it
(`kubectl describe`), and labels by which the stack finds it again: `app.kubernetes.io/managed-by=homeport` and
`app.kubernetes.io/instance`, the stack's name (`kubernetes.name`).

| object | name | component | when | what it is for |
| --- | --- | --- | --- | --- |
"""

_WHEN = {
    (kinds.SECRET, names.AUTH_SECRET): "`registry.auth`",
    (kinds.SECRET, names.SETTINGS_SECRET): "`registry.webhooks`, `registry.upstreams`",
    (kinds.SECRET, names.CLOUD_SECRET): "`cloud.auth_token`",
    (kinds.MIDDLEWARE, names.BASIC_AUTH): "`registry.auth`",
    (kinds.SERVICE, names.EDGE): "`cloud.edge` is not `off`",
    (kinds.CONFIG_MAP, names.PUBLISHED): "`kubernetes.publish`",
}

_FOOT = """
`kubernetes.issuer` names an issuer that signs the certificates in place of the stack's own CA. `ui.enabled = false` leaves out all of
the component `registry-ui`.

Two stacks in one cluster need other namespaces and another `kubernetes.name`; only one of them can have `kubernetes.publish`, and on
K3s only one the edge at one port.
"""


def page() -> str:
    """The whole page."""
    rows = "".join(f"{_row(obj)}\n" for obj in _all())
    return _HEAD + rows + _FOOT


def _all() -> Sequence[Object]:
    """With the settings by which most objects are there."""
    hook = options.Webhook("builds", "https://builds.homelab.local")
    base = settings.Settings()
    chosen = dataclasses.replace(
        base,
        registry=dataclasses.replace(base.registry, webhooks=(hook,)),
        cloud=dataclasses.replace(base.cloud, auth_token="any"),  # noqa: S106 - no token
    )
    return render.objects(chosen, render.Material(""))


def _row(obj: Object) -> str:
    ref = kinds.ref(obj)
    where = f"{ref.namespace}/{ref.name}" if ref.namespace else ref.name
    purpose = obj["metadata"]["annotations"][making.DESCRIPTION]
    cells = [ref.kind.name, f"`{where}`", making.component(obj), _when(obj), purpose]
    return f"| {' | '.join(cells)} |"


def _when(obj: Object) -> str:
    ref = kinds.ref(obj)
    if (ref.kind, ref.name) in _WHEN:
        return _WHEN[ref.kind, ref.name]
    if ref.kind is kinds.NETWORK_POLICY:
        return "`kubernetes.network_policies`"
    if ref.kind is kinds.CLUSTER_ISSUER or ref.name == names.ca("homeport"):
        return "`kubernetes.issuer` is empty"
    if "redirectScheme" in obj.get("spec", {}) or ref.name.endswith("-http"):
        return "`kubernetes.plain_entry_point` is not `none`"
    return "`ui.enabled`" if making.component(obj) == "registry-ui" else "always"
