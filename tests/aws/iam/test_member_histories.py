"""Any history of users, groups, keys and who is in what, with restarts, against plain sets."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.iam.conftest import Client

from homeport.aws.iam import limits
from homeport.aws.protocol.call import AwsError
from homeport.clock import VirtualClock

USERS, GROUPS = "uvw", "gh"
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "user",
                "no user",
                "group",
                "no group",
                "join",
                "leave",
                "key",
                "no key",
                "rename",
                "restart",
            ]
        ),
        st.sampled_from(USERS),
        st.sampled_from(GROUPS),
    ),
    max_size=30,
)


class Model:
    """What IAM should hold: the keys of each user, and the users of each group."""

    def __init__(self):
        self.users: dict[str, list[str]] = {}
        self.groups: dict[str, set[str]] = {}

    def can(self, step, user, group):
        """Whether a step succeeds."""
        keys, within = self.users.get(user), self.groups.get(group)
        is_member = any(user in each for each in self.groups.values())
        return {
            "user": keys is None,
            "no user": keys == [] and not is_member,
            "group": within is None,
            "no group": within == set(),
            "join": keys is not None and within is not None,
            "leave": keys is not None and within is not None,
            "key": keys is not None and len(keys) < limits.ACCESS_KEYS_PER_USER,
            "no key": bool(keys),
            "rename": keys is not None and "new" not in self.users,
        }[step]

    def do(self, step, user, group, answer):
        """Does a step that succeeds."""
        if step == "user":
            self.users[user] = []
        elif step == "no user":
            del self.users[user]
        elif step == "group":
            self.groups[group] = set()
        elif step == "no group":
            del self.groups[group]
        elif step == "join":
            self.groups[group].add(user)
        elif step == "leave":
            self.groups[group].discard(user)
        elif step == "key":
            self.users[user].append(answer["AccessKey"]["AccessKeyId"])
        elif step == "no key":
            self.users[user].pop(0)


def call(client, model, step, user, group):
    named, grouped = {"UserName": user}, {"GroupName": group}
    key = (model.users.get(user) or ["AKIA000000000000none"])[0]
    operation, params = {
        "user": ("CreateUser", named),
        "no user": ("DeleteUser", named),
        "group": ("CreateGroup", grouped),
        "no group": ("DeleteGroup", grouped),
        "join": ("AddUserToGroup", named | grouped),
        "leave": ("RemoveUserFromGroup", named | grouped),
        "key": ("CreateAccessKey", named),
        "no key": ("DeleteAccessKey", named | {"AccessKeyId": key}),
        "rename": ("UpdateUser", named | {"NewUserName": "new"}),
    }[step]
    return client(operation, **params)


async def play(client, model, step, user, group):
    if step == "restart":
        await client.restart()
        return
    expected, answer = model.can(step, user, group), None
    try:
        answer = await call(client, model, step, user, group)
    except AwsError:
        assert not expected
        return
    assert expected
    model.do(step, user, group, answer)
    if step == "rename":
        # And back, so that every history goes on with the same names.
        await client("UpdateUser", UserName="NEW", NewUserName=user)


async def check(client, model):
    users = (await client("ListUsers"))["Users"]
    assert [user["UserName"] for user in users] == sorted(model.users)
    for name, keys in model.users.items():
        listed = (await client("ListAccessKeys", UserName=name))["AccessKeyMetadata"]
        assert sorted(key["AccessKeyId"] for key in listed) == sorted(keys)
        groups = (await client("ListGroupsForUser", UserName=name))["Groups"]
        expected = sorted(group for group, within in model.groups.items() if name in within)
        assert [group["GroupName"] for group in groups] == expected
    for name, within in model.groups.items():
        found = (await client("GetGroup", GroupName=name))["Users"]
        assert [user["UserName"] for user in found] == sorted(within)


class Keyed(Client):
    """A client whose keys are told apart after a restart too."""

    count = 0

    async def open(self):
        await super().open()
        self.iam.make_key = self.make_key
        return self

    def make_key(self, account):
        self.count += 1
        return f"AKIA{account}{self.count:04d}", "secret"


async def run(history):
    with tempfile.TemporaryDirectory() as folder:
        client, model = await Keyed(Path(folder) / "iam.db", VirtualClock()).open(), Model()
        try:
            for step in history:
                await play(client, model, *step)
            await check(client, model)
        finally:
            await client.iam.close()


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_any_history(history):
    asyncio.run(run(history))
