"""Any history of puts, overwrites, labels, deletions and restarts, beside plain Python values."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.ssm.conftest import Client

from homeport.aws.protocol.call import AwsError
from homeport.clock import VirtualClock

NAMES = ["/a/x", "/a/b/y", "top", "/a/b/z", "/c"]
LABELS = ["one", "two", "three"]
names = st.sampled_from(NAMES)

steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), names, st.booleans()),
        st.tuples(st.just("delete"), names),
        st.tuples(st.just("label"), names, st.integers(1, 3), st.sets(st.sampled_from(LABELS))),
        st.tuples(st.just("unlabel"), names, st.integers(1, 3), st.sets(st.sampled_from(LABELS))),
        st.tuples(st.just("restart")),
    ),
    max_size=20,
)


class Model:
    """Values and labels of all versions, by name."""

    def __init__(self):
        self.parameters = {}
        self.count = 0

    def put(self, name, is_overwrite):
        self.count += 1
        if name in self.parameters and not is_overwrite:
            return "ParameterAlreadyExists"
        self.parameters.setdefault(name, []).append((str(self.count), []))
        return None

    def delete(self, name):
        return None if self.parameters.pop(name, None) else "ParameterNotFound"

    def versions(self, name, number):
        there = self.parameters.get(name)
        if there is None:
            return [], "ParameterNotFound"
        return there, None if number <= len(there) else "ParameterVersionNotFound"

    def label(self, name, number, labels):
        there, error = self.versions(name, number)
        if error is None:
            for index, (value, before) in enumerate(there, 1):
                left = [label for label in before if index == number or label not in labels]
                new = [label for label in sorted(labels) if label not in left]
                there[index - 1] = (value, left + (new if index == number else []))
        return error

    def unlabel(self, name, number, labels):
        there, error = self.versions(name, number)
        if error is None:
            value, before = there[number - 1]
            there[number - 1] = (value, [label for label in before if label not in labels])
        return error


async def run(history):
    with tempfile.TemporaryDirectory() as folder:
        client = await Client(Path(folder) / "ssm.db", VirtualClock()).open()
        model = Model()
        try:
            for step in history:
                await play(client, model, *step)
            await check(client, model)
        finally:
            await client.ssm.close()


async def play(client, model, what, *rest):
    if what == "restart":
        await client.restart()
    elif what == "put":
        expected = model.put(*rest)
        await expect(
            expected,
            client(
                "PutParameter",
                Name=rest[0],
                Value=str(model.count),
                Type="String",
                Overwrite=rest[1],
            ),
        )
    elif what == "delete":
        await expect(model.delete(*rest), client("DeleteParameter", Name=rest[0]))
    else:
        name, number, labels = rest
        if labels:
            operation = f"{what.capitalize()}ParameterVersion"
            call = client(operation, Name=name, ParameterVersion=number, Labels=sorted(labels))
            await expect(getattr(model, what)(*rest), call)


async def expect(code, call):
    seen = None
    try:
        await call
    except AwsError as error:
        seen = error.code
    assert seen == code


async def check(client, model):
    every = sorted(model.parameters, key=lambda name: "/" + name.lstrip("/"))
    assert await client.names("DescribeParameters", MaxResults=2) == every
    below = [name for name in every if name.startswith("/a/")]
    found = await client.names("GetParametersByPath", Path="/a", Recursive=True, MaxResults=2)
    assert found == below
    answer = await client("GetParameters", Names=NAMES)
    values = {each["Name"]: each["Value"] for each in answer["Parameters"]}
    assert values == {name: there[-1][0] for name, there in model.parameters.items()}
    for name, there in model.parameters.items():
        history = (await client("GetParameterHistory", Name=name))["Parameters"]
        assert [(each["Value"], each["Labels"]) for each in history] == there
        for number, (value, labels) in enumerate(there, 1):
            for selector in (number, *labels):
                assert await client.value(f"{name}:{selector}") == value


@settings(max_examples=60, deadline=None)
@given(steps)
def test_any_history(history):
    asyncio.run(run(history))
