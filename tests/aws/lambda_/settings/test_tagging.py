"""Tags: test_tag_exceptions, test_tag_limits, test_tag_lifecycle, test_tag_versions."""

import pytest
from tests.aws.lambda_.conftest import ARN

QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"


@pytest.fixture(params=["function", "mapping"])
async def resource(client, request):
    """The ARN of something that can be tagged, with one tag."""
    await client.make(Tags={"a": "1"})
    if request.param == "function":
        return f"{ARN}f"
    mapping = await client(
        "CreateEventSourceMapping", FunctionName="f", EventSourceArn=QUEUE, Tags={"a": "1"}
    )
    return mapping["EventSourceMappingArn"]


async def tags(client, resource):
    return (await client("ListTags", Resource=resource))["Tags"]


async def test_the_life_of_tags(client, resource):
    assert await tags(client, resource) == {"a": "1"}
    assert await client("TagResource", Resource=resource, Tags={"a": "2", "b": "3"}) == {}
    assert await tags(client, resource) == {"a": "2", "b": "3"}
    assert await client("UntagResource", Resource=resource, TagKeys=["a", "none"]) == {}
    assert await tags(client, resource) == {"b": "3"}


async def test_a_function_tells_its_tags(client):
    await client.make(Tags={"a": "1"})
    assert (await client("GetFunction", FunctionName="f"))["Tags"] == {"a": "1"}
    await client("UntagResource", Resource=f"{ARN}f", TagKeys=["a"])
    assert "Tags" not in await client("GetFunction", FunctionName="f")


async def test_too_many(client, resource):
    many = {str(number): "" for number in range(50)}
    for given in (many | {"x": ""}, many):
        error = await client.refused("TagResource", Resource=resource, Tags=given)
        assert error.message == "Number of tags exceeds resource tag limit."
    await client("UntagResource", Resource=resource, TagKeys=["a"])
    await client("TagResource", Resource=resource, Tags=many)


@pytest.mark.parametrize("given", [{"k" * 129: ""}, {"k": "v" * 257}, {"aws:x": ""}], ids=range(3))
async def test_tags_that_are_none(client, given):
    await client.make()
    error = await client.refused("TagResource", Resource=f"{ARN}f", Tags=given)
    assert error.status == 400


NOT_FOUND = {
    f"{ARN}none": f"Function not found: {ARN}none",
    "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:00000000-0000-4000-8000-00000000ffff": (
        "Event source mapping not found: "
        "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:00000000-0000-4000-8000-00000000ffff"
    ),
}


@pytest.mark.parametrize("resource", NOT_FOUND, ids=["function", "mapping"])
@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("ListTags", {}),
        ("TagResource", {"Tags": {"a": "b"}}),
        ("UntagResource", {"TagKeys": ["a"]}),
    ],
)
async def test_of_what_is_not_there(client, operation, more, resource):
    error = await client.refused(operation, Resource=resource, **more)
    assert (error.status, error.message) == (404, NOT_FOUND[resource])


async def test_versions_have_no_tags(client):
    await client.make()
    error = await client.refused("TagResource", Resource=f"{ARN}f:$LATEST", Tags={"a": "b"})
    assert error.message == (
        "Tags on function aliases and versions are not supported. Please specify a function ARN."
    )


async def test_no_tags_at_all(client):
    await client.make()
    error = await client.refused("TagResource", Resource=f"{ARN}f", Tags={})
    assert error.message == "An error occurred and the request cannot be processed."
