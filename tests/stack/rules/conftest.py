"""One stack that keeps every rule, for all tests of a process that only look at it."""

import pytest
from tests.stack.rules import serving


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    served = serving.Served(tmp_path_factory.mktemp("good"))
    served.start("registry", "cloud")
    yield served
    served.stop()


@pytest.fixture
def serve(tmp_path):
    """Makes stacks that end with the test."""
    made = []

    def start(*components, **given):
        made.append(serving.Served(tmp_path / str(len(made)), **given))
        return made[-1].start(*components)

    yield start
    for served in made:
        served.stop()
