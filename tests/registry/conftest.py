"""A registry on a folder of its own, asked without sockets; and the same behind the real server."""

import base64
import hashlib
import itertools
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from homeport.clock import VirtualClock
from homeport.edge import http
from homeport.registry.access import htpasswd
from homeport.registry.options import Collection, Options
from homeport.registry.registry import Registry

OCI_IMAGE = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"


@dataclass
class Answer:
    """A response as a client sees it."""

    status: int
    headers: dict[str, str]
    body: bytes
    fields: list[tuple[str, str]] = field(default_factory=list)

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        """The first error code of the body."""
        return self.json["errors"][0]["code"]


class Stream:
    """A chunked body, that may end as a lost connection does."""

    length = None

    def __init__(self, *pieces, is_lost=False):
        self._pieces = pieces
        self._is_lost = is_lost

    def peek(self):
        return None

    async def read(self, limit):
        data = b"".join(self._pieces)
        if len(data) > limit:
            raise http.BodyTooLarge("too large")
        return data

    async def __aiter__(self):
        for piece in self._pieces:
            yield piece
        if self._is_lost:
            raise http.ClientGone("lost")


class Home:
    """A registry, and the requests that tests make of it."""

    def __init__(self, folder, *, users=None, clock=None, quota=None):
        self.folder = folder
        self.users = users
        self.clock = clock or VirtualClock()
        self.quota = quota
        self.authorization = None
        self._ids = (f"upload-{number}" for number in itertools.count())
        self.registry = self._open()

    def _open(self):
        return Registry.open(
            self.folder,
            # Nothing is collected by itself: tests say when.
            options=Options(htpasswd=self.users, collection=Collection(interval_s=None)),
            clock=self.clock,
            ids=lambda: next(self._ids),
            quota=self.quota,
        )

    def image(self):
        """What a `kill -9` at this moment would leave, as a copy."""
        copy = self.folder.with_name(self.folder.name + "+")
        shutil.copytree(self.folder, copy)
        return copy

    async def restart(self, image=None):
        """Goes on with what a `kill -9` left, now or when the image was made."""
        self.folder = image or self.image()
        await self.registry.close()
        self.registry = self._open()
        await self.registry.recover()

    def send(self, method, target, body=b"", **headers):
        path, _, query = target.partition("?")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.authorization is not None:
            named.setdefault("authorization", self.authorization)
        body = http.BytesBody(body) if isinstance(body, bytes) else body
        return self.registry(http.Request(method, path, query, named, body))

    async def ask(self, method, target, body=b"", **headers):
        response = self.send(method, target, body, **headers)
        if not isinstance(response, http.Response):
            response = await response
        return Answer(
            response.status, dict(response.headers), _content(response), list(response.headers)
        )

    async def push_blob(self, name, data):
        digest = sha256(data)
        answer = await self.ask("POST", f"/v2/{name}/blobs/uploads/?digest={digest}", data)
        assert answer.status == 201, answer
        return digest

    async def begin(self, name="a/b"):
        answer = await self.ask("POST", f"/v2/{name}/blobs/uploads/")
        assert answer.status == 202, answer
        return answer.headers["Location"]

    async def push_image(self, name, reference, content=b"{}", **more):
        """An image of a config alone; returns its digest."""
        config = await self.push_blob(name, content)
        return await self.push_manifest(name, reference, image(config, len(content), **more))

    async def push_manifest(self, name, reference, document):
        """A manifest of any kind, without a reference by its digest alone; returns its digest."""
        body = json.dumps(document).encode()
        answer = await self.ask(
            "PUT",
            f"/v2/{name}/manifests/{reference or sha256(body)}",
            body,
            content_type=document["mediaType"],
        )
        assert answer.status == 201, answer
        return answer.headers["Docker-Content-Digest"]

    async def push_index(self, name, reference, *children, **more):
        """An index of manifests: digests, or descriptors."""
        listed = [
            child
            if isinstance(child, dict)
            else {"mediaType": OCI_IMAGE, "digest": child, "size": 1}
            for child in children
        ]
        document = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": listed, **more}
        return await self.push_manifest(name, reference, document)


def _content(response):
    body = response.body
    if isinstance(body, http.FileBody):
        whole = Path(body.path).read_bytes()
        body = whole[body.offset : body.offset + body.length]
    if response.on_end is not None:
        response.on_end()
    return body


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def sha512(data):
    return "sha512:" + hashlib.sha512(data).hexdigest()


def image(config, size, **more):
    return {
        "schemaVersion": 2,
        "mediaType": OCI_IMAGE,
        "config": {"mediaType": OCI_CONFIG, "digest": config, "size": size},
        "layers": [],
        **more,
    }


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.fixture
async def home(tmp_path):
    home = Home(tmp_path / "registry")
    yield home
    await home.registry.close()


@pytest.fixture
async def locked_home(tmp_path):
    """One that asks for ann's password."""
    users = tmp_path / "htpasswd"
    htpasswd.add(users, "ann", "secret", cost=4)
    home = Home(tmp_path / "registry", users=users)
    yield home
    await home.registry.close()


@pytest.fixture
def tools():
    """What tests need of this file."""
    return Tools


class Tools:
    """Names for the tests, which can not import this file."""

    Home = Home
    Stream = Stream
    OCI_IMAGE = OCI_IMAGE
    OCI_INDEX = OCI_INDEX
    OCI_CONFIG = OCI_CONFIG
    sha256 = staticmethod(sha256)
    sha512 = staticmethod(sha512)
    image = staticmethod(image)
    basic = staticmethod(basic)
