"""Any history of roles, policies and attachments, with restarts, against a dictionary."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.iam.conftest import DOCUMENT, TRUST, Client

from homeport.aws.protocol.call import AwsError
from homeport.clock import VirtualClock

NAMES = st.sampled_from(["a", "A", "b", "c"])
POLICIES = st.sampled_from(["p", "q"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["create", "delete"]), NAMES, st.just("")),
        st.tuples(st.sampled_from(["attach", "detach", "put", "drop"]), NAMES, POLICIES),
        st.tuples(st.just("restart"), st.just(""), st.just("")),
    ),
    max_size=30,
)
OPERATIONS = {
    "create": "CreateRole",
    "delete": "DeleteRole",
    "attach": "AttachRolePolicy",
    "detach": "DetachRolePolicy",
    "put": "PutRolePolicy",
    "drop": "DeleteRolePolicy",
}


class Model:
    """What IAM should hold: by name in small letters, the name and what the role has."""

    def __init__(self):
        self.roles = {}

    def does(self, step, name, policy):
        """Whether a step succeeds; does it then."""
        key = name.lower()
        role = self.roles.get(key)
        if step == "create":
            if role is None:
                self.roles[key] = (name, set(), set())
            return role is None
        if role is None:
            return False
        if step == "delete":
            return not (role[1] or role[2]) and self.roles.pop(key) is not None
        held = role[1] if step in ("attach", "detach") else role[2]
        if step in ("attach", "put"):
            held.add(policy)
            return True
        return policy in held and held.remove(policy) is None


def params(step, name, policy):
    more = {
        "create": {"AssumeRolePolicyDocument": TRUST},
        "delete": {},
        "put": {"PolicyName": policy, "PolicyDocument": DOCUMENT},
        "drop": {"PolicyName": policy},
    }
    arn = {"PolicyArn": f"arn:aws:iam::aws:policy/{policy}"}
    return {"RoleName": name} | more.get(step, arn)


async def held(client):
    found = {}
    for role in (await client("ListRoles"))["Roles"]:
        name = role["RoleName"]
        attached = await client("ListAttachedRolePolicies", RoleName=name)
        inline = await client("ListRolePolicies", RoleName=name)
        names = {policy["PolicyName"] for policy in attached["AttachedPolicies"]}
        found[name.lower()] = (name, names, set(inline["PolicyNames"]))
    return found


async def run(steps):
    model = Model()
    with tempfile.TemporaryDirectory() as folder:
        client = await Client(Path(folder) / "iam.db", VirtualClock()).open()
        try:
            for step in steps:
                if step[0] == "restart":
                    await client.restart()
                    continue
                succeeded = await attempt(client, OPERATIONS[step[0]], params(*step))
                assert succeeded == model.does(*step), step
            assert await held(client) == model.roles
        finally:
            await client.iam.close()


async def attempt(client, operation, values):
    try:
        await client(operation, **values)
    except AwsError:
        return False
    return True


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_any_history(steps):
    asyncio.run(run(steps))
