"""The access that every pod has to its own cluster.

https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#directly-accessing-the-rest-api
"""

from __future__ import annotations

from collections.abc import Mapping

from homeport import errors as homeport_errors
from homeport.targets.kubernetes.cluster import errors
from homeport.targets.kubernetes.cluster.configuration.access import Access, Places, Trust
from homeport.targets.kubernetes.cluster.credentials import given

CONTEXT = "in-cluster"
_HOST, _PORT = "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"


def is_here(environ: Mapping[str, str], places: Places) -> bool:
    """Whether this is a pod that has a service account."""
    token = places.service_account / "token"
    return bool(environ.get(_HOST) and environ.get(_PORT)) and token.exists()


def load(environ: Mapping[str, str], places: Places) -> Access:
    """The token is read again for each request: the kubelet renews it."""
    folder = places.service_account
    try:
        authority = (folder / "ca.crt").read_text()
        names = folder / "namespace"
        namespace = names.read_text().strip() if names.exists() else "default"
    except OSError as error:
        why = homeport_errors.reason(error)
        raise errors.Unconfigured(
            f"The service account in {folder} can not be read: {why}."
        ) from error
    host = environ[_HOST]
    authority_part = f"[{host}]" if ":" in host else host
    return Access(
        context=CONTEXT,
        source=str(folder),
        server=f"https://{authority_part}:{environ[_PORT]}",
        user="the pod's service account",
        credentials=given.Given(
            "the pod's service account", str(folder), token=given.Secret(path=folder / "token")
        ),
        namespace=namespace,
        trust=Trust(authority),
    )
