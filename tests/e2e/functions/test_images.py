"""A function from a container image: pushed by skopeo to the stack's own registry, and run without any engine."""

from __future__ import annotations

import harness
import images
import pytest
from test_skopeo import credentials, skopeo
from tests.e2e.functions import deployed
from tests.e2e.functions.test_runtimes import of_go

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


def pushed(stack, folder, tag):
    """The address of an image that has nothing but a program."""
    of_go(folder)
    images.image(folder / tag, [1000], {"bootstrap": folder / "bootstrap"})
    target = f"{stack.registry}/functions/go:{tag}"
    skopeo(
        stack,
        "copy",
        "--dest-creds",
        credentials(stack),
        f"oci:{folder / tag}:latest",
        f"docker://{target}",
    )
    return target


def create(stack, name, image):
    client = stack.client("lambda")
    client.create_function(
        FunctionName=name,
        PackageType="Image",
        Code={"ImageUri": image},
        ImageConfig={"EntryPoint": ["/bootstrap"], "WorkingDirectory": "/"},
        Role=deployed.ROLE,
        Timeout=20,
    )
    client.get_waiter("function_active_v2").wait(FunctionName=name)
    return client


def test_a_program_in_an_image(shared_stack, tmp_path):
    harness.tool("skopeo")
    client = create(shared_stack, "of-image", pushed(shared_stack, tmp_path, "v1"))
    if not deployed.has_namespaces(shared_stack):
        pytest.skip("an image needs a root of its own")
    for count in (1, 2):
        told = deployed.invoke(shared_stack, "of-image", {"n": count})
        assert (told["event"], told["count"]) == ({"n": count}, count)
    assert deployed.log(shared_stack, "of-image", "event") == 'event {"n": 1}\n'
    code = client.get_function(FunctionName="of-image")["Code"]
    assert code["ResolvedImageUri"].startswith(f"{shared_stack.registry}/functions/go@sha256:")


def test_an_image_that_is_not_there_is_refused(shared_stack):
    client = shared_stack.client("lambda")
    with pytest.raises(client.exceptions.InvalidParameterValueException):
        create(shared_stack, "of-nothing", f"{shared_stack.registry}/functions/none:v1")
