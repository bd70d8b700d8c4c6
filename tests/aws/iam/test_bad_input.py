"""Whatever the members of a call hold, the answer is a result or an error of AWS, never a failure of ours."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.iam.conftest import DOCUMENT, TRUST, Client

from homeport.aws.iam import operations
from homeport.aws.protocol import model
from homeport.aws.protocol.call import AwsError
from homeport.clock import VirtualClock

ARN = "arn:aws:iam::000000000000:"
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=12),
    st.sampled_from(
        [
            "r",
            "u",
            "p",
            "/",
            "v1",
            "*",
            ":::::",
            DOCUMENT,
            TRUST,
            f"{ARN}policy/p",
            f"{ARN}role/r",
            "arn:aws:iam::aws:policy/AdministratorAccess",
            "https://a.b",
            "rds.amazonaws.com",
        ]
    ),
)
SCALARS = {"integer": st.integers(1, 2000), "boolean": st.booleans()}


def values(shape):
    """Values of the type that a shape has, without regard to its constraints on texts and lists."""
    if shape.type == "structure":
        members = {name: values(member) for name, member in shape.members.items()}
        needed = {name: member for name, member in members.items() if name in shape.required}
        rest = {name: member for name, member in members.items() if name not in needed}
        return st.fixed_dictionaries(needed, optional=rest)
    if shape.type == "list":
        return st.lists(values(shape.member), max_size=3)
    return SCALARS.get(shape.type, TEXTS)


@st.composite
def calls(draw):
    name = draw(st.sampled_from(sorted(operations.TABLE)))
    shape = model.load("iam").operation(name).input
    return name, {} if shape is None else draw(values(shape))


async def run(steps):
    with tempfile.TemporaryDirectory() as folder:
        client = await Client(Path(folder) / "iam.db", VirtualClock()).open()
        try:
            await client.role()
            await client.user()
            await client.policy()
            for name, params in steps:
                await attempt(client, name, params)
        finally:
            await client.iam.close()


async def attempt(client, name, params):
    try:
        assert isinstance(await client(name, **params), dict)
    except AwsError as error:
        assert error.status < 500  # noqa: PT017 - most calls succeed or fail as they like


@settings(max_examples=60, deadline=None)
@given(st.lists(calls(), min_size=1, max_size=20))
def test_any_calls(steps):
    asyncio.run(run(steps))
