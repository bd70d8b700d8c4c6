"""Which operation answers a request."""

from __future__ import annotations

from collections.abc import Callable

from tests.apiserver import errors, hooks
from tests.apiserver.api import deleting, discovery, patching, reading, watching, writing
from tests.apiserver.api.cluster import Cluster
from tests.apiserver.wire import answers

Operation = Callable[[hooks.Request, Cluster], answers.Answer]

OF_VERB: dict[str, Operation] = {
    "get": reading.get,
    "list": reading.list_,
    "watch": watching.watch,
    "create": writing.create,
    "update": writing.update,
    "patch": patching.patch,
    "delete": deleting.delete,
    "deletecollection": deleting.delete,
}
OF_SUBRESOURCE = {
    "log": {"get"},
    "finalize": {"update"},
    "status": {"get", "patch", "update"},
}


def answer(request: hooks.Request, cluster: Cluster) -> answers.Answer:
    """Carries a request out."""
    if request.kind is None:
        return discovery.answer(request, cluster)
    if request.subresource and request.verb not in OF_SUBRESOURCE[request.subresource]:
        raise errors.method_not_allowed()
    return OF_VERB[request.verb](request, cluster)
