"""Whatever a client sends, an operation answers, or refuses in AWS's form."""

import asyncio
import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.sns.client import Client

from homeport.aws.protocol import model
from homeport.aws.protocol.call import AwsError
from homeport.aws.sns import operations
from homeport.clock import VirtualClock

TOPIC = "arn:aws:sns:us-east-1:000000000000:t"
TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            "x",
            "t",
            "true",
            "ä\U0001f600",
            "[]",
            "{}",
            "null",
            '{"a":["b"]}',
            '{"http":{}}',
            '{"http":[]}',
            '{"healthyRetryPolicy":{"numRetries":"x"}}',
            '{"deadLetterTargetArn":1}',
            '{"Statement":[1,{"Action":1}]}',
            '{"default":1}',
            TOPIC,
            f"{TOPIC}:00000000-0000-4000-8000-000000000001",
            "arn:aws:sns:us-east-1:000000000000:app/GCM/a",
            "arn:aws:sns:us-east-1:000000000000:endpoint/GCM/a/b",
            "arn:aws:sns:us-east-1:000000000000:",
            "arn:aws:sqs:us-east-1:000000000000:q",
            ":::::",
            "::::::",
            "http://a",
            "http://[",
            "sqs",
            "http",
            "application",
            "json",
            "FilterPolicy",
            "FilterPolicyScope",
            "DeliveryPolicy",
            "RedrivePolicy",
            "Policy",
            "MessageBody",
            "String",
            "Number",
            "String.Array",
            "MTA=",
        ]
    ),
    st.text(st.characters(codec="utf-8"), max_size=8),
)


def values(shape):
    """Anything that the form reader could make of a request."""
    if shape.type == "structure":
        required = {name: values(shape.members[name]) for name in shape.required}
        others = {
            name: values(inner) for name, inner in shape.members.items() if name not in required
        }
        return st.fixed_dictionaries(required, optional=others)
    if shape.type == "list":
        return st.lists(values(shape.member), max_size=3)
    if shape.type == "map":
        return st.dictionaries(TEXTS, values(shape.value), max_size=3)
    if shape.type == "blob":
        return st.binary(max_size=4)
    if shape.type == "boolean":
        return st.booleans()
    return st.integers(1, 100) if shape.type == "integer" else TEXTS


def inputs(operation):
    shape = model.load("sns").operation(operation).input
    return st.just({}) if shape is None else values(shape)


async def run(operation, tried):
    with tempfile.TemporaryDirectory() as folder:
        client = await Client(Path(folder) / "sns.db", VirtualClock()).open()
        try:
            await client.make()
            await client.subscribe()
            for params in tried:
                with contextlib.suppress(AwsError):
                    assert isinstance(await client(operation, **params), dict)
        finally:
            await client.sns.close()


@pytest.mark.parametrize("operation", sorted(operations.TABLE))
def test_anything(operation):
    @settings(max_examples=5, deadline=None)
    @given(st.lists(inputs(operation), min_size=20, max_size=40))
    def check(tried):
        asyncio.run(run(operation, tried))

    check()
