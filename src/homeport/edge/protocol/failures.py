"""What went wrong inside: logged here, and turned into what a client may see of it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from homeport.edge import http
from homeport.edge.protocol import responses

logger = logging.getLogger(__name__)


def response_of(error: Exception, request: http.Request) -> http.Response:
    """The answer to a request whose application raised."""
    if isinstance(error, http.HttpError):
        return responses.of_error(error)
    request_id = responses.request_id()
    logger.error(
        "Request %s failed: %s %a", request_id, request.method, request.path, exc_info=error
    )
    return responses.of_failure(request_id)


def log_broken(error: Exception, request: http.Request) -> None:
    """Notes a response that could not be sent to its end."""
    logger.error(
        "A response broke off: %s %a from %s", request.method, request.path, request.peer,
        exc_info=error,
    )  # fmt: skip


def call_on_end(response: http.Response) -> None:
    """Tells the application that its response has ended; once, whatever happens."""
    on_end = response.on_end
    if on_end is not None:
        response.on_end = None
        call(on_end)


def call(notice: Callable[[], None]) -> None:
    """Calls back into an application, whose faults end nothing here."""
    try:
        notice()
    except Exception:
        logger.exception("A callback of an application failed")
