"""Any history of values, labels, deletions, time and restarts, beside plain Python values."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.secretsmanager.conftest import Client

from homeport.aws.protocol.call import AwsError
from homeport.clock import VirtualClock

DAY_S = 86_400
LABELS = ["AWSCURRENT", "AWSPENDING", "mine"]
names = st.sampled_from(["a", "b"])

steps = st.lists(
    st.one_of(
        st.tuples(st.just("create"), names),
        st.tuples(st.just("put"), names, st.sets(st.sampled_from(LABELS), min_size=1)),
        st.tuples(st.just("delete"), names, st.sampled_from([None, 7, 10])),
        st.tuples(st.just("restore"), names),
        st.tuples(st.just("wait"), st.integers(1, 9)),
        st.tuples(st.just("restart")),
    ),
    max_size=16,
)


class Secret:
    """The values of a secret in their order, which of them has which label, and when it ends."""

    def __init__(self, value):
        self.values = [value]
        self.labels = {"AWSCURRENT": value}
        self.end = None

    def put(self, value, labels):
        self.values.append(value)
        if "AWSCURRENT" in labels:
            self.labels["AWSPREVIOUS"] = self.labels["AWSCURRENT"]
        self.labels |= dict.fromkeys(labels, value)


class Model:
    """What is there, by name. Each step answers with the code of the error that is to come, or None."""

    def __init__(self, clock):
        self.clock = clock
        self.secrets = {}
        self.count = 0

    def forget(self):
        now = self.clock.now()
        self.secrets = {
            name: secret
            for name, secret in self.secrets.items()
            if secret.end is None or secret.end > now
        }

    def create(self, name):
        there = self.secrets.get(name)
        if there is not None:
            return "ResourceExistsException" if there.end is None else "InvalidRequestException"
        self.secrets[name] = Secret(str(self.count))
        return None

    def put(self, name, labels):
        error = self.usable(name)
        if error is None:
            self.secrets[name].put(str(self.count), labels)
        return error

    def usable(self, name):
        if name not in self.secrets:
            return "ResourceNotFoundException"
        return None if self.secrets[name].end is None else "InvalidRequestException"

    def delete(self, name, days):
        if days is None:
            self.secrets.pop(name, None)
            return None
        error = self.usable(name)
        if error is None:
            self.secrets[name].end = self.clock.now() + days * DAY_S
        return error

    def restore(self, name):
        if name not in self.secrets:
            return "ResourceNotFoundException"
        self.secrets[name].end = None
        return None


def call(client, model, what, name, *rest):
    if what == "create":
        return client("CreateSecret", Name=name, SecretString=str(model.count))
    if what == "put":
        value = str(model.count)
        return client(
            "PutSecretValue", SecretId=name, SecretString=value, VersionStages=sorted(rest[0])
        )
    if what == "restore":
        return client("RestoreSecret", SecretId=name)
    window = {"RecoveryWindowInDays": rest[0]} if rest[0] else {"ForceDeleteWithoutRecovery": True}
    return client("DeleteSecret", SecretId=name, **window)


async def play(client, model, what, *rest):
    model.forget()
    if what == "restart":
        await client.restart()
    elif what == "wait":
        await client.clock.advance(rest[0] * DAY_S)
    else:
        model.count += 1
        expected = getattr(model, what)(*rest)
        seen = None
        try:
            await call(client, model, what, *rest)
        except AwsError as error:
            seen = error.code
        assert seen == expected


async def check(client, model):
    model.forget()
    usable = {name: secret for name, secret in model.secrets.items() if secret.end is None}
    assert sorted(await client.names(MaxResults=1)) == sorted(usable)
    every = await client.names(MaxResults=1, IncludePlannedDeletion=True)
    assert sorted(every) == sorted(model.secrets)
    for name, secret in usable.items():
        for label, value in secret.labels.items():
            assert await client.value(name, VersionStage=label) == value
        listed = await client("ListSecretVersionIds", SecretId=name, IncludeDeprecated=True)
        values = [await client.value(name, VersionId=v["VersionId"]) for v in listed["Versions"]]
        assert values == secret.values
        labels = {
            label for version in listed["Versions"] for label in version.get("VersionStages", [])
        }
        assert labels == set(secret.labels)


async def run(history):
    with tempfile.TemporaryDirectory() as folder:
        client = await Client(Path(folder) / "s.db", VirtualClock(1_750_000_000.0)).open()
        model = Model(client.clock)
        try:
            for step in history:
                await play(client, model, *step)
            await check(client, model)
        finally:
            await client.manager.close()


@settings(max_examples=80, deadline=None)
@given(steps)
def test_any_history(history):
    asyncio.run(run(history))
