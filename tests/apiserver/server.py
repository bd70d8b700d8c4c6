"""The stand-in itself: a store behind real HTTPS."""

from __future__ import annotations

import dataclasses
import threading
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from tests.apiserver import errors, hooks, kinds, seed
from tests.apiserver.api import dispatch, routes
from tests.apiserver.api.cluster import Cluster
from tests.apiserver.shape.schemas import Schemas
from tests.apiserver.store import Store
from tests.apiserver.wire import answers, certificates, credentials, listener


class Server:
    """A cluster's API on a free port of loopback; no controllers, unless others start them on its store.

    `version` is the release whose fields are known; `installed` are the groups of custom kinds that the cluster has.
    """

    def __init__(
        self,
        store: Store | None = None,
        version: str = "v1.35",
        installed: Iterable[str] = kinds.CUSTOM_GROUPS,
        faults: hooks.Faults | None = None,
        admission: hooks.Admission | None = None,
        logs: hooks.Logs | None = None,
    ) -> None:
        self.store = store or Store()
        self.faults = faults
        self.failures: list[str] = []
        """Tracebacks of the stand-in's own mistakes; a test that leaves any here has found one."""
        self.requests: list[hooks.Request] = []
        """Every request, in order of arrival."""
        self.credentials = credentials.Credentials()
        self.cluster = Cluster(self.store, version, tuple(installed), Schemas(version))
        self.cluster.is_closing = self._is_closing
        self.cluster.admission, self.cluster.logs = admission, logs
        self._listener: listener.Listener | None = None
        self._port = 0
        self._waiting = threading.Event()
        seed.fill(self.store, self.cluster.installed)

    # Life

    def start(self) -> Self:
        """Begins to listen."""
        if self._listener is None:
            self._waiting.clear()
            self._listener = listener.Listener(self._port, self._handle)
            self._port = self._listener.port
        return self

    def stop(self) -> None:
        """Drops all connections and gives the port up; the objects stay."""
        if self._listener is not None:
            self._listener.is_closing = True
            self._waiting.set()
            self._listener.close()
            self.store.wake()
            self._listener = None

    def restart(self) -> None:
        """Goes down and comes back on the same port with the same objects."""
        self.stop()
        self.start()

    def drop_connections(self) -> None:
        """Cuts every connection, and goes on listening."""
        if self._listener is not None:
            self._listener.cut()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # What a client needs

    @property
    def url(self) -> str:
        """Where it listens, or has listened."""
        return f"https://127.0.0.1:{self._port}"

    @property
    def authority_pem(self) -> bytes:
        """The CA that clients must trust."""
        return certificates.authority().certificate_pem

    def kubeconfig(self, path: Path, user: str = "token", namespace: str = "default") -> Path:
        """Writes a kubeconfig for a `token`, a `certificate`, or an `exec` program that answers the token."""
        return credentials.write(Path(path), self.url, user, self.credentials.token, namespace)

    def expire_credentials(self) -> None:
        """Makes every kubeconfig written so far worthless: 401."""
        self.credentials.expire()

    def install(self, *groups: str) -> None:
        """Makes these the groups of custom kinds that the cluster has."""
        self.cluster.installed = groups
        seed.fill_definitions(self.store, groups)

    # Requests

    def _is_closing(self) -> bool:
        return self._waiting.is_set()

    def _handle(self, request: hooks.Request, certified: str) -> answers.Answer | None:
        try:
            return self._answer(request, certified)
        except errors.ApiError as error:
            return answers.failure(error)
        except Exception as error:  # noqa: BLE001
            self.failures.append(traceback.format_exc())
            return answers.failure(errors.internal(repr(error)))

    def _answer(self, request: hooks.Request, certified: str) -> answers.Answer | None:
        refused = None
        try:
            request = routes.resolve(request, self.cluster)
        except errors.ApiError as error:
            refused = error
        self.requests.append(request)
        fault = self.faults.before(request) if self.faults else None
        if fault is not None and fault.delay_s:
            self._waiting.wait(fault.delay_s)
        if fault is not None and fault.drop:
            return None
        if fault is not None and fault.status:
            error = errors.ApiError(fault.status, fault.reason, fault.message)
            return answers.failure(error, fault.headers)
        answer = self._carry_out(request, certified, refused)
        return None if fault is not None and fault.drop_after else answer

    def _carry_out(
        self, request: hooks.Request, certified: str, refused: errors.ApiError | None
    ) -> answers.Answer:
        user = self.credentials.check(request.headers.get("authorization", ""), certified)
        if refused is not None:
            raise refused
        return dispatch.answer(dataclasses.replace(request, user=user), self.cluster)
