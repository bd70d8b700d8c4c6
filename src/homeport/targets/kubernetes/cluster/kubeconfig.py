"""Which cluster a command talks to, and as whom: kubeconfig files, a pod's service account, or K3s's own file.

https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from pathlib import Path

from homeport.targets.kubernetes.cluster import errors
from homeport.targets.kubernetes.cluster.configuration import (
    clusters,
    files,
    inside,
    merged,
    proxies,
    users,
)
from homeport.targets.kubernetes.cluster.configuration.access import Access, Places
from homeport.targets.kubernetes.cluster.configuration.fields import Fields
from homeport.targets.kubernetes.cluster.configuration.merged import Document, Merged

PLACES = Places()


def load(
    path: Path | None, context: str, environ: Mapping[str, str], *, places: Places = PLACES
) -> Access:
    """The access that is meant: of the file, else those of KUBECONFIG, else `~/.kube/config`, else the pod's, else K3s's.

    `context` is the one to take, empty for the current one. Raises `Unconfigured`, which says what to do.
    """
    paths = files.chosen(path, environ)
    if not paths and inside.is_here(environ, places) and context in {"", inside.CONTEXT}:
        return inside.load(environ, places)
    found = paths or files.k3s(places)
    if not found:
        raise errors.Unconfigured(
            "No cluster is known: neither KUBECONFIG nor ~/.kube/config is there, and this is neither "
            "a pod nor a node of K3s.",
            hint="Copy the kubeconfig of your cluster to ~/.kube/config (K3s: /etc/rancher/k3s/k3s.yaml on its server)",
        )
    everything = merged.merge([Document(each, files.read(each, places)) for each in found])
    notes = () if paths else (f"No kubeconfig is there but K3s's own: {found[0]}",)
    return _access(everything, context, environ, notes)


def _access(
    everything: Merged, context: str, environ: Mapping[str, str], notes: tuple[str, ...]
) -> Access:
    chosen = merged.pick(everything, context)
    cluster = _named(everything, chosen, "cluster")
    if cluster is None:
        raise chosen.wrong("cluster", "is missing", "A context names a cluster and a user.")
    user = _named(everything, chosen, "user")
    location = clusters.read(cluster)
    _refuse_plain(location, cluster, user)
    credentials = users.nobody(everything.source)
    if user is not None:
        credentials = users.credentials(user, environ, clusters.told(cluster, location))
    return Access(
        context=chosen.name,
        source=everything.source,
        server=location.server,
        user=user.name if user is not None else "",
        credentials=credentials,
        namespace=chosen.text("namespace") or "default",
        trust=location.trust,
        impersonation=users.impersonation(user) if user is not None else (),
        proxy=proxies.choose(location.proxy_url, location.server, environ, str(cluster.path)),
        notes=(*notes, *clusters.notes(location, cluster.name)),
    )


def _named(everything: Merged, chosen: Fields, singular: str) -> Fields | None:
    """The cluster or the user of a context."""
    name, section = chosen.text(singular), f"{singular}s"
    if not name:
        return None
    found = everything.find(section, name)
    if found is None:
        there = merged.listed(everything.names(section))
        raise chosen.wrong(
            singular,
            f"is {name!r}, which is not in {everything.source}; {section} there: {there}",
            f"Choose another context: {merged.listed(everything.names('contexts'))} "
            "(--kubernetes-context NAME)",
        )
    return found


def _refuse_plain(location: clusters.Location, cluster: Fields, user: Fields | None) -> None:
    """Credentials are never sent to another machine for all to read; `kubectl proxy` listens on this one."""
    url = urllib.parse.urlsplit(location.server)
    is_readable = url.scheme == "http" and not clusters.is_loopback(url.hostname or "")
    if is_readable and user is not None and users.has_credentials(user):
        raise cluster.wrong(
            "server",
            f"is {location.server}: credentials would be sent to it without TLS",
            "Use its https URL.",
        )
