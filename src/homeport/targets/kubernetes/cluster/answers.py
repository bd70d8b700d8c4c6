"""What an API server's refusal means for a person and for the program.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#http-status-codes
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from homeport.targets.kubernetes.cluster import advice, errors, limits, redaction
from homeport.targets.kubernetes.cluster.configuration.access import Access
from homeport.targets.kubernetes.cluster.errors import Cause, ClusterError
from homeport.targets.kubernetes.cluster.wire.reply import WRONG_SHAPE, Reply
from homeport.targets.kubernetes.cluster.wire.request import Request
from homeport.targets.kubernetes.cluster.wire.retrying import Broken
from homeport.targets.kubernetes.objects.kinds import Object

_MISSHAPEN = re.compile(r"(?:^|[:\s])\s*(\.\S+?): ([^\n]+)")

OF_STATUS: dict[int, type[ClusterError]] = {
    400: errors.Invalid,
    401: errors.Unauthorized,
    403: errors.Forbidden,
    404: errors.NotFound,
    409: errors.Conflict,
    410: errors.Gone,
    413: errors.Invalid,
    415: errors.Invalid,
    422: errors.Invalid,
    429: errors.Busy,
    500: errors.Busy,
    502: errors.Busy,
    503: errors.Busy,
    504: errors.Busy,
}


def document(reply: Reply, request: Request, access: Access) -> Object:
    """The object that a good answer holds. Raises `ClusterError` for any other."""
    if reply.status in {200, 201, 202}:
        content = reply.document
        if content is None:
            raise _foreign(reply, request, access)
        return content
    raise failure(reply, request, access)


def failure(reply: Reply, request: Request, access: Access, times: int = 1) -> ClusterError:
    """The error that an answer is."""
    content = reply.document
    request = dataclasses.replace(request, credential=reply.credential)
    if content is not None and content.get("kind") == "Status":
        return of_status(content, request, access, times)
    if reply.status not in OF_STATUS or reply.status == 400 or _is_page(reply):
        return _foreign(reply, request, access)
    text = reply.body[: 4 * limits.MESSAGE_CHARS].decode("utf-8", "replace").strip()
    bare = {"code": reply.status, "message": text}
    return of_status(bare, request, access, times)


def of_status(content: Object, request: Request, access: Access, times: int = 1) -> ClusterError:
    """The error that a Status is."""
    code = content.get("code")
    message = _shown(content.get("message") or "(no text)", request)
    causes = _causes(content, request)
    again = f" It was asked {times} times." if times > 1 else ""
    kind = OF_STATUS.get(code if isinstance(code, int) else 0, ClusterError)
    if message.startswith(WRONG_SHAPE):
        kind, causes = errors.Invalid, _misshapen(message)
    return kind(
        f"Could not {request.what}: {_said(message, causes)}{again}",
        hint=_hint(kind, message, request, access),
        reason=str(content.get("reason") or ""),
        causes=causes,
    )


def unreachable(broken: Broken, request: Request, access: Access, times: int) -> errors.Unreachable:
    """What a person is told when it was asked in vain."""
    again = f", {times} times" if times > 1 else ""
    through = f" through the proxy {access.proxy.url}" if access.proxy else ""
    is_unsure = not broken.is_undone and not request.is_repeatable
    unsure = " It may have been done: look before you repeat it." if is_unsure else ""
    question = advice.kubectl(access, "version")
    return errors.Unreachable(
        f"Could not {request.what}: {access.server}{through} (context {access.context!r}): "
        f"{broken.why}{again}.{unsure}",
        hint=f"See whether the cluster runs, and that this is its address ({access.source}): {question}",
    )


def _shown(text: Any, request: Request) -> str:
    return redaction.shown(str(text), request.secrets, request.credential)


def _said(message: str, causes: tuple[Cause, ...]) -> str:
    """Who owns what of a conflict; of all else the server's own words."""
    owned = [cause for cause in causes if cause.manager]
    if not owned:
        return message if message.endswith((".", "!", "?")) else f"{message}."
    managers = dict.fromkeys(cause.manager for cause in owned)
    parts = [
        f"{manager} owns {', '.join(cause.field for cause in owned if cause.manager == manager)}"
        for manager in managers
    ]
    return f"{'; '.join(parts)}."


def _hint(kind: type[ClusterError], message: str, request: Request, access: Access) -> str:
    if kind is errors.Forbidden:
        return advice.on_forbidden(message, request.namespace, access)
    if kind is errors.Busy:
        return advice.on_webhook(message, access)
    return ""


def _causes(content: Object, request: Request) -> tuple[Cause, ...]:
    details: Any = content.get("details")
    found: Any = details.get("causes") if isinstance(details, dict) else None
    if not isinstance(found, list):
        return ()
    return tuple(
        Cause(*(_shown(item.get(key) or "", request) for key in Cause._fields))
        for item in found
        if isinstance(item, dict)
    )


def _misshapen(message: str) -> tuple[Cause, ...]:
    """What is wrong with an object whose fields are not those of its kind: told in text, one line for each."""
    return tuple(
        Cause(field, "FieldValueInvalid", what)
        for field, what in _MISSHAPEN.findall(message[len(WRONG_SHAPE) :])
    )


def _is_page(reply: Reply) -> bool:
    """Whether it is made for a browser: no API server writes any, and what a proxy writes says little."""
    return "html" in reply.headers.get("content-type", "").lower()


def _foreign(reply: Reply, request: Request, access: Access) -> ClusterError:
    """Something answered, and it was not Kubernetes. What it wrote is not shown: it may repeat what it was sent."""
    written = redaction.shown(reply.headers.get("content-type", "") or "nothing")[:80]
    through = access.proxy.url if access.proxy else ""
    kind = OF_STATUS.get(reply.status, ClusterError)
    return (errors.Unreachable if kind is errors.NotFound else kind)(
        f"Could not {request.what}: {access.server} answered {reply.status} ({written}), which is "
        "not what Kubernetes answers.",
        hint=f"See whether a proxy{f' ({through})' if through else ''} or a log-in page is in between, and "
        f"the server of context {access.context!r} in {access.source}.",
    )
