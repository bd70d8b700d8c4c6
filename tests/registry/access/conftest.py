"""A registry with users and rules, asked as one of them or as nobody."""

import base64
import re
import urllib.parse

import pytest

from homeport.edge import http
from homeport.registry.access import htpasswd
from homeport.registry.options import Options
from homeport.registry.registry import Registry

PASSWORDS = {"ann": "secret", "bob": "hidden", "eve": "obscure", "root": "deep"}
HASHES = {}


def hashes(folder):
    """The users' lines, made once: bcrypt takes its time."""
    if not HASHES:
        path = folder / "made"
        for user, password in PASSWORDS.items():
            htpasswd.add(path, user, password, cost=4)
        HASHES["text"] = path.read_text()
    return HASHES["text"]


@pytest.fixture
async def guarded(tmp_path, tools):
    """Opens registries: `guarded(rules=..., ...)` takes what `Options` does."""
    opened = []

    class Guarded(tools.Home):
        options = Options()
        peer = ""

        def _open(self):
            return Registry.open(
                self.folder,
                options=self.options,
                clock=self.clock,
                ids=lambda: next(self._ids),
                quota=self.quota,
            )

        def send(self, method, target, body=b"", user=None, token=None, peer=None, **headers):
            path, _, query = target.partition("?")
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            if self.authorization is not None:
                named.setdefault("authorization", self.authorization)
            if user is not None:
                named["authorization"] = tools.basic(user, PASSWORDS.get(user, user))
            if token is not None:
                named["authorization"] = f"Bearer {token}"
            body = http.BytesBody(body) if isinstance(body, bytes) else body
            peer = self.peer if peer is None else peer
            return self.registry(http.Request(method, path, query, named, body, peer=peer))

        async def token(self, *scopes, user=None, **headers):
            """What the token server gives for scopes."""
            query = urllib.parse.urlencode([("scope", scope) for scope in scopes])
            answer = await self.ask(
                "GET", f"/v2/token?service=homeport&{query}", user=user, **headers
            )
            assert answer.status == 200, answer
            return answer.json["token"]

    def open_one(**options):
        folder = tmp_path / f"home{len(opened)}"
        folder.mkdir()
        users = folder / "htpasswd"
        users.write_text(hashes(folder))
        Guarded.options = Options(**{"htpasswd": users, **options})
        home = Guarded(folder / "registry", users=users)
        home.options = Guarded.options
        opened.append(home)
        return home

    yield open_one
    for home in opened:
        await home.registry.close()


@pytest.fixture
def challenged():
    """Reads a challenge: its scheme and its fields."""

    def read(answer):
        scheme, _, rest = answer.headers["WWW-Authenticate"].partition(" ")
        return scheme, dict(re.findall(r'(\w+)="([^"]*)"', rest))

    return read


@pytest.fixture
def b64():
    """Base64url without padding."""
    return lambda data: base64.urlsafe_b64encode(data).rstrip(b"=").decode()
