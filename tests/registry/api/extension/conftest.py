"""A registry with users, of whom one is an admin, and with the secret of its owner."""

import json
import types

import pytest

from homeport.registry.access import htpasswd
from homeport.registry.options import Options, Rule
from homeport.registry.registry import Registry

BASE = "/v2/_homeport/"


@pytest.fixture
def staffed(tools, tmp_path):
    """Makes it: ann is an admin, bob may do what a rule says, carl may pull."""
    users = tmp_path / "htpasswd"
    for name in ("ann", "bob", "carl"):
        htpasswd.add(users, name, "secret", cost=4)
    rules = (
        Rule(("bob/**",), allow=("pull", "push", "delete"), users=("bob",)),
        Rule(("**",), users=("*",)),
    )

    class Staffed(tools.Home):
        more = types.MappingProxyType({})

        def _open(self):
            options = {"htpasswd": users, "admins": ("ann",), "rules": rules}
            options |= {"control": tmp_path / "control", **self.more}
            return Registry.open(
                self.folder,
                Options(**options),
                clock=self.clock,
                ids=lambda: next(self._ids),
                quota=self.quota,
            )

        def be(self, name):
            self.authorization = tools.basic(name, "secret")

        def be_owner(self):
            self.authorization = "Bearer " + (tmp_path / "control").read_text().strip()

        async def change(self, **options):
            self.more = options
            await self.restart()

        async def call(self, method, place, body=None):
            content = json.dumps(body).encode() if body is not None else b""
            return await self.ask(method, BASE + place, content)

    return Staffed


@pytest.fixture
async def staff(staffed, tmp_path):
    """The registry, asked by ann."""
    home = staffed(tmp_path / "registry")
    home.be("ann")
    yield home
    await home.registry.close()


async def _lines(answer):
    assert answer.headers["Content-Type"] == "application/x-ndjson", answer
    return [json.loads(line) async for line in answer.body]


@pytest.fixture
def lines():
    """Reads the lines of a run."""
    return _lines
