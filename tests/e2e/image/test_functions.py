"""Functions inside the container, as its engine lets them: shut in where it does, and told where it does not."""

from __future__ import annotations

import pytest
from tests.e2e.functions import deployed
from tests.e2e.image import containers, stacks

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
WHO = """
    import os

    def handler(event, context):
        return {"uid": os.getuid(), "data": os.path.exists("/var/lib/localstack/lambda")}
    """
LET = ("--security-opt=seccomp=unconfined", "--security-opt=unmask=ALL")
"""What podman calls a Pod without a seccomp profile, and with `procMount: Unmasked`."""


def asked(podman, *flags):
    """What a function sees, and whether the log says that functions are not shut in."""
    with stacks.serving(podman, *flags) as stack:
        deployed.deploy(stack, "who", WHO)
        return deployed.invoke(stack, "who"), "gives functions no namespaces" in stack.log


def test_a_function_runs_in_a_container_that_may_nothing(podman):
    seen, is_told = asked(podman)
    assert (seen["uid"], seen["data"], is_told) == (containers.UID, True, True)


def test_a_function_is_shut_in_where_the_container_lets_it(podman):
    seen, is_told = asked(podman, *LET)
    if is_told:
        pytest.skip("the kernel of this machine gives an ordinary user no namespaces")
    assert seen == {"uid": 993, "data": False}
