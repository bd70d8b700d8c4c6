"""Fixtures that other tests import: `from tests.apiserver.fixtures import apiserver`."""

from __future__ import annotations

import importlib
import importlib.util
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.apiserver.client import Api
from tests.apiserver.server import Server

CONTROLLERS = "tests.apiserver.controllers"


def start_controllers(server: Server, stack: ExitStack) -> None:
    """Starts the controllers on a server's store: `controllers.running(server)` is a context manager."""
    if importlib.util.find_spec(CONTROLLERS) is not None:
        module = importlib.import_module(CONTROLLERS)
        server.controllers = stack.enter_context(module.running(server))


@pytest.fixture
def bare_apiserver() -> Iterator[Server]:
    """A server on which nothing happens by itself."""
    with Server() as server:
        yield server
    assert server.failures == []


@pytest.fixture
def apiserver() -> Iterator[Server]:
    """A server with the default controllers, as a cluster has them."""
    with ExitStack() as stack:
        server = stack.enter_context(Server())
        start_controllers(server, stack)
        yield server
    assert server.failures == []


KUBECONFIG = "HOMEPORT_TEST_KUBECONFIG"
"""The kubeconfig of a real API server that the tests of the public API are to run against instead of the stand-in."""


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The API of a server on which nothing happens by itself, or of the real one that is named."""
    if os.environ.get(KUBECONFIG):
        with Api(Path(os.environ[KUBECONFIG])) as real:
            yield real
        return
    with Server() as server:
        path = server.kubeconfig(tmp_path_factory.mktemp("kubeconfig") / "config")
        with Api(path) as stand_in:
            yield stand_in
    assert server.failures == []


@pytest.fixture
def namespace(api: Api) -> Iterator[str]:
    """A namespace of its own for one test."""
    name = f"homeport-test-{secrets.token_hex(4)}"
    document = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    assert api.create(document).code == 201
    yield name
    api.delete(document)
