"""What an API server refuses, and what keeps us from reaching it: each in its own words, with what to do.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
"""

from __future__ import annotations

import re
from typing import NamedTuple

from homeport import errors

_MANAGER = re.compile(r'conflict with "((?:[^"\\]|\\.)*)"')


class Cause(NamedTuple):
    """One thing that is wrong."""

    field: str
    """Where, as the API server writes it: `.spec.replicas`."""
    reason: str
    message: str

    @property
    def manager(self) -> str:
        """Who owns the field, where that is what is wrong: `kubectl-client-side-apply`.

        https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
        """
        found = _MANAGER.search(self.message)
        return found[1] if found else ""


class ClusterError(errors.HomeportError):
    """The cluster could not do what was asked."""

    def __init__(
        self, what: str, *, hint: str = "", reason: str = "", causes: tuple[Cause, ...] = ()
    ) -> None:
        super().__init__(what, hint=hint)
        self.reason = reason
        """The API server's own word, such as `Conflict` or `Invalid`."""
        self.causes = causes


class Unconfigured(ClusterError):
    """There is no kubeconfig, or it does not say how to reach a cluster and who we are."""


class Unreachable(ClusterError):
    """No answer came, or none in time, however often it was asked."""


class Unauthorized(ClusterError):
    """401: the credentials are missing, wrong or have expired."""


class Forbidden(ClusterError):
    """403: who we are may not do this; or what is asked is never allowed."""


class NotFound(ClusterError):
    """404: the object, its namespace or its kind is not there."""


class Conflict(ClusterError):
    """409: somebody else owns a field, or changed the object meanwhile; `causes` name field and manager."""


class Gone(ClusterError):
    """410: a watch or list starts at a version that the server no longer has."""


class Invalid(ClusterError):
    """422 or 400: the object is not one that the server takes; `causes` name each field."""


class Busy(ClusterError):
    """429, 500, 503 or 504: it did not get better in the time that we waited."""
