"""A real control plane for all tests of this folder, where it is asked for and can be built."""

from __future__ import annotations

import os

import pytest
from tests.conformance.kubernetes import control_plane, programs

ASKED = "HOMEPORT_CONFORMANCE"


@pytest.fixture(scope="session")
def built():
    """The programs; minutes the first time, so only where `make conformance` has asked for them."""
    if not os.environ.get(ASKED):
        pytest.skip(
            f"{ASKED} is not set: make conformance builds a real control plane and runs these"
        )
    try:
        return programs.build()
    except programs.NotBuilt as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def bare(built, tmp_path_factory):
    """The kubeconfig of an API server beside which nothing runs."""
    with control_plane.running(tmp_path_factory.mktemp("bare"), has_controllers=False) as path:
        yield path


@pytest.fixture(scope="session")
def whole(built, tmp_path_factory):
    """The kubeconfig of a cluster with controllers and a pretended node."""
    with control_plane.running(tmp_path_factory.mktemp("whole")) as path:
        yield path
