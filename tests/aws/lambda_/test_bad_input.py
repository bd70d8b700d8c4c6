"""Whatever the parameters of the model's types are, an operation answers or says what is wrong with them."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.lambda_.conftest import ARN, Client, zipped

from homeport.aws.lambda_ import operations
from homeport.aws.protocol import model
from homeport.aws.protocol.call import AwsError
from homeport.clock import VirtualClock

LAYER = "arn:aws:lambda:us-east-1:000000000000:layer:l"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
MAPPING = "00000000-0000-4000-8000-000000000004"
STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/s"
LIKELY = {
    "Action": ["lambda:InvokeFunction"],
    "Alias": ["live", "new"],
    "Arn": [QUEUE, STREAM, "arn:aws:sqs:::", "arn:aws:lambda:us-east-1:000000000000:x"],
    "Blob": [zipped(), b"", b"PK"],
    "DestinationArn": [QUEUE, f"{ARN}f", f"{ARN}none", "arn:aws:lambda:us-east-1::"],
    "FunctionName": ["f", f"{ARN}f", "f:1", "none"],
    "FunctionUrlFunctionName": ["f", "f:live", "none"],
    "FunctionUrlQualifier": ["live", "none"],
    "Handler": ["a.b"],
    "LayerName": ["l"],
    "LayerNameOrArn": ["l", LAYER, "arn:aws:lambda:eu-west-1:111111111111:layer:l"],
    "LayerVersionArn": [f"{LAYER}:1", f"{LAYER}:{'9' * 30}", "arn:aws:lambda:::awslayer:a"],
    "NamespacedFunctionName": ["f", "f:live", f"{ARN}f:1", "none", "a.b"],
    "NamespacedStatementId": ["s"],
    "NumericLatestPublishedOrAliasQualifier": [
        "1",
        "live",
        "$LATEST",
        "9" * 30,
        "$LATEST.PUBLISHED",
    ],
    "Pattern": ['{"a":["b"]}', "{"],
    "Principal": ["*", "s3.amazonaws.com", "000000000000"],
    "Qualifier": ["1", "live", "$LATEST", "9" * 30, ""],
    "ResourceArn": [QUEUE, "", "arn:aws:a:"],
    "RoleArn": ["arn:aws:iam::000000000000:role/r"],
    "StatementId": ["s"],
    "TaggableResource": [
        f"{ARN}f",
        f"{ARN}f:1",
        "arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-00000000000000000",
        "arn:aws:lambda:eu-west-1:000000000000:function:f",
    ],
    "UUIDString": [MAPPING, "\ud800" * 36],
    "UnqualifiedFunctionName": ["f", "none"],
    "VersionWithLatestPublished": ["1", "2", "$LATEST", "$LATEST.PUBLISHED", "9" * 30],
}
TEXT = st.text(max_size=12)


def values(shape, depth=0):
    """Values of a shape's type, more often ones that lead somewhere."""
    likely = LIKELY.get(shape.name)
    if likely:
        return st.one_of(
            *[st.sampled_from(likely)] * 6, st.binary() if shape.type == "blob" else TEXT
        )
    if shape.traits.get("enum"):
        return st.sampled_from(shape.traits["enum"])
    if shape.type == "structure":
        members = {name: values(member, depth + 1) for name, member in shape.members.items()}
        required = {name: members.pop(name) for name in shape.required}
        return st.fixed_dictionaries(required, optional={} if depth > 3 else members)
    if shape.type == "list":
        return st.lists(values(shape.member, depth + 1), max_size=2)
    if shape.type == "map":
        pairs = values(shape.key, depth + 1), values(shape.value, depth + 1)
        return st.dictionaries(*pairs, max_size=2)
    return SCALARS[shape.type]


SCALARS = {
    "string": TEXT,
    "blob": st.binary(max_size=8),
    "boolean": st.booleans(),
    "integer": st.integers(-1, 20) | st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-1, 3) | st.integers(-(2**63), 2**63 - 1),
    "double": st.floats(0, 1),
    "timestamp": st.floats(0, 1e9),
}


async def try_all(name, given):
    with tempfile.TemporaryDirectory() as folder:
        client = await Client(Path(folder), VirtualClock()).open()
        try:
            await client.make(Publish=True)
            await client("CreateAlias", FunctionName="f", Name="live", FunctionVersion="1")
            await client("PublishLayerVersion", LayerName="l", Content={"ZipFile": zipped()})
            made = await client("CreateEventSourceMapping", FunctionName="f", EventSourceArn=QUEUE)
            assert made["UUID"] == MAPPING
            for params in given:
                status = 200
                try:
                    await client(name, **params)
                except AwsError as error:
                    status = error.status
                assert status < 500 or status == 501
        finally:
            await client.lambda_.close()


@pytest.mark.parametrize("name", sorted(operations.TABLE))
def test_any_parameters(name):
    shape = model.load("lambda").operation(name).input
    each = values(shape)

    @settings(max_examples=3, deadline=None)
    @given(st.lists(each, min_size=12, max_size=12))
    def check(params):
        asyncio.run(try_all(name, params))

    check()
