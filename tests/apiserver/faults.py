"""What goes wrong between a client and the API: `faults.add(faults.conflict(), verb="patch", kind="Deployment")`.

Every answer is the Status that an API server gives.
https://kubernetes.io/docs/reference/using-api/api-concepts/#responses-for-requests
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.apiserver import errors, hooks
from tests.apiserver.kinds import Kind

Answer = Callable[[hooks.Request], hooks.Fault | None]
"""Raises an ApiError, or answers what happens to the connection."""

TIMED_OUT = (
    "the server was unable to return a response in the time allotted, "
    "but may still be processing the request"
)


@dataclass
class Rule:
    """A fault for the next `left` requests that fit; without end where that is None."""

    answer: Answer
    fits: dict[str, str]
    path: str = ""
    left: int | None = 1
    met: list[hooks.Request] = field(default_factory=list)

    def matches(self, request: hooks.Request) -> bool:
        """Whether the request is one of those."""
        seen = {
            "verb": request.verb,
            "kind": request.kind.kind if request.kind else "",
            "name": request.name,
            "namespace": request.namespace,
            "subresource": request.subresource,
        }
        is_fitting = all(seen[key] == value for key, value in self.fits.items())
        return self.left != 0 and is_fitting and request.path.startswith(self.path)


class Faults:
    """The faults of one server, the first rule that fits."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._lock = threading.Lock()

    def add(self, answer: Answer, *, path: str = "", count: int | None = 1, **fits: str) -> Rule:
        """Makes the next `count` requests fail (all where it is None) whose verb, kind, name, namespace and subresource fit."""
        unknown = set(fits) - {"verb", "kind", "name", "namespace", "subresource"}
        if unknown:
            raise TypeError(f"requests have no {sorted(unknown)}")
        rule = Rule(answer, fits, path, count)
        with self._lock:
            self._rules.append(rule)
        return rule

    def clear(self) -> None:
        """Ends all faults."""
        with self._lock:
            self._rules.clear()

    def before(self, request: hooks.Request) -> hooks.Fault | None:
        """Called by the server for each request."""
        with self._lock:
            rule = next((rule for rule in self._rules if rule.matches(request)), None)
            if rule is None:
                return None
            rule.met.append(request)
            if rule.left is not None:
                rule.left -= 1
        return rule.answer(request)


def _kind(request: hooks.Request) -> Kind:
    return request.kind or Kind("", "v1", "", "", namespaced=False)


def _raising(make: Callable[[hooks.Request], errors.ApiError]) -> Answer:
    def answer(request: hooks.Request) -> None:
        raise make(request)

    return answer


def conflict(why: str = errors.MODIFIED) -> Answer:
    """409: somebody else wrote in between."""
    return _raising(lambda request: errors.conflict(_kind(request), request.name, why))


def invalid(path: str, why: str, reason: str = "FieldValueInvalid") -> Answer:
    """422: a rule is broken at `path`."""
    cause = errors.Cause(reason, why, path)
    return _raising(lambda request: errors.invalid(_kind(request), request.name, [cause]))


def too_many(retry_after_s: int = 1) -> Answer:
    """429 with Retry-After: https://kubernetes.io/docs/concepts/cluster-administration/flow-control/"""
    text = "Too many requests, please try again later."
    return _raising(
        lambda _: errors.ApiError(429, "TooManyRequests", text, retry_after_s=retry_after_s)
    )


def internal(why: str = "etcdserver: leader changed") -> Answer:
    """500."""
    return _raising(lambda _: errors.internal(why))


def unavailable(retry_after_s: int | None = None) -> Answer:
    """503, as during a restart."""
    text = "the server is currently unable to handle the request"
    return _raising(
        lambda _: errors.ApiError(503, "ServiceUnavailable", text, retry_after_s=retry_after_s)
    )


def timed_out() -> Answer:
    """504: nobody knows whether the write was done."""
    return _raising(lambda _: errors.ApiError(504, "Timeout", f"Timeout: {TIMED_OUT}"))


def forbidden(user: str = "dev") -> Answer:
    """403 by RBAC: https://kubernetes.io/docs/reference/access-authn-authz/rbac/"""
    return _raising(lambda request: _refused(request, user))


def _refused(request: hooks.Request, user: str) -> errors.ApiError:
    kind = _kind(request)
    what = f"{kind.plural}/{request.subresource}" if request.subresource else kind.plural
    where = (
        f'in the namespace "{request.namespace}"' if request.namespace else "at the cluster scope"
    )
    why = (
        f'User "{user}" cannot {request.verb} resource "{what}" in API group "{kind.group}" {where}'
    )
    if request.name:
        return errors.forbidden(kind, request.name, why)
    details = {"group": kind.group, "kind": kind.plural}
    return errors.ApiError(
        403, "Forbidden", f"{kind.resource} is forbidden: {why}", details=details
    )


def slow(delay_s: float) -> Answer:
    """The right answer, late."""
    return lambda _: hooks.Fault(delay_s=delay_s)


def dropped() -> Answer:
    """The connection is cut before anything is done."""
    return lambda _: hooks.Fault(drop=True)


def dropped_after() -> Answer:
    """The connection is cut after the request was carried out."""
    return lambda _: hooks.Fault(drop_after=True)
