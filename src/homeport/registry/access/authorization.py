"""Whether a caller may do what is asked, and what they are told where not.

Whether a repository is there is told to nobody who may not pull from it: the answer is the same in both cases.
https://distribution.github.io/distribution/spec/auth/scope/#resource-provider-use
"""

from __future__ import annotations

from homeport.edge import http
from homeport.registry import errors
from homeport.registry.access import caller as callers
from homeport.registry.access.bearer import scopes
from homeport.registry.access.bearer.scopes import Scoped
from homeport.registry.access.challenges import INSUFFICIENT_SCOPE, Challenges
from homeport.registry.api import query
from homeport.registry.events.watch import Watch
from homeport.registry.grammar import names

_WORDS = {callers.PULL: "pull from", callers.PUSH: "push to", callers.DELETE: "delete from"}

METRICS = ("admins", "users", "anyone")
"""Who may read the metrics: `Options.metrics`."""


class Authorization:
    """Decides by the caller that the gate has put into the request."""

    def __init__(
        self,
        challenges: Challenges,
        *,
        watch: Watch,
        has_anonymous: bool = False,
        metrics: str = METRICS[0],
    ) -> None:
        self._challenges = challenges
        self._has_anonymous = has_anonymous
        self._metrics = metrics
        self._watch = watch

    def refuse(self, request: http.Request, action: str, repository: str) -> errors.Failure:
        """What a caller is told who may not do it: to send a credential or a better token, or that theirs does not do."""
        caller = request.caller
        scope = _scope(action, repository) + _mounted(_source(request), repository)
        if isinstance(caller, Scoped):
            if not caller.name or caller.holder.may(action, repository):
                is_stranger = scope and not caller.name
                hint = f"log in to {_WORDS[action]} {repository}" if is_stranger else ""
                return self._challenges.ask(
                    request, scope=scope, error=INSUFFICIENT_SCOPE, description=hint
                )
        elif not caller.name:
            return self._challenges.ask(request, scope=scope)
        self._watch.refused(request, action, repository)
        return errors.Failure(
            "DENIED", f"{caller.name} may not {_WORDS[action]} {repository[:255]}"
        )

    def check_mount(self, request: http.Request, repository: str) -> None:
        """Sends a caller for a better token whose own rights would let them mount."""
        caller, source = request.caller, _source(request)
        if not source or not isinstance(caller, Scoped) or caller.may(callers.PULL, source):
            return
        if caller.holder.may(callers.PULL, source):
            scope = _scope(callers.PUSH, repository) + _mounted(source, repository)
            raise self._challenges.ask(request, scope=scope, error=INSUFFICIENT_SCOPE)

    def check_known(self, request: http.Request) -> None:
        """Raises UNAUTHORIZED where the request brings no credential."""
        if not _is_known(request):
            raise self._challenges.ask(request)

    def check_catalog(self, request: http.Request) -> None:
        """Lets the list of repositories be read, of which each sees those that they may pull from."""
        caller = request.caller
        if isinstance(caller, Scoped):
            if not caller.granted.has_catalog:
                raise self._challenges.ask(request, scope=scopes.CATALOG, error=INSUFFICIENT_SCOPE)
            request.caller = caller.holder
        elif not _is_known(request) and not self._has_anonymous:
            raise self._challenges.ask(request, scope=scopes.CATALOG)

    def check_extension(self, request: http.Request) -> None:
        """Raises UNAUTHORIZED for who is not known; programs that read such pages send Basic, or know the owner's secret."""
        if not _is_known(request):
            raise self._challenges.basic()

    def check_metrics(self, request: http.Request) -> None:
        """Raises where the caller may not read the metrics."""
        if self._metrics == "anyone":
            return
        self.check_extension(request)
        caller = callers.of(request)
        if not caller.is_admin and (self._metrics == "admins" or not caller.name):
            raise errors.Failure("DENIED", f"{caller.name or 'anonymous'} may not read the metrics")


def _is_known(request: http.Request) -> bool:
    caller = request.caller
    return (
        caller is callers.EVERYBODY or isinstance(caller, Scoped) or bool(callers.of(request).name)
    )


def _source(request: http.Request) -> str:
    """The repository that a blob is to be mounted from; empty where none is."""
    if request.method != "POST" or "from=" not in request.query:
        return ""
    source = query.first(query.parse(request.query), "from") or ""
    return source if names.is_repository(source) else ""


def _mounted(source: str, repository: str) -> str:
    """What a mount needs beside the right to push: https://distribution.github.io/distribution/spec/auth/scope/#multiple-resource-scopes"""
    return f" {scopes.repository(source, callers.PULL)}" if source not in {"", repository} else ""


def _scope(action: str, repository: str) -> str:
    """What a token has to be good for; who pushes looks first whether it is there already."""
    if not names.is_repository(repository):
        return ""
    actions = (callers.PULL, callers.PUSH) if action == callers.PUSH else (action,)
    return scopes.repository(repository, *actions)
