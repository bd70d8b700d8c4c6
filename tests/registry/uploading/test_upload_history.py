"""Any history of uploads, with kills in between, against a model that is a dict of bytes."""

import asyncio
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from homeport.edge import http

REPOSITORIES = st.sampled_from(["a", "b/c"])
DATA = st.binary(max_size=6) | st.builds(lambda size: b"x" * size, st.integers(60_000, 140_000))
OFFSETS = st.sampled_from([-2, -1, 0, 0, 0, 1, 7])


class Uploads(RuleBasedStateMachine):
    """Uploads of two repositories; `under_way` and `stored` are what the registry has acknowledged."""

    tools = None
    """Set by the test."""
    uploads = Bundle("uploads")

    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.root = Path(tempfile.mkdtemp())
        self.home = self.run(self._open())
        self.under_way: dict[str, bytes] = {}
        self.stored: dict[tuple[str, str], bytes] = {}

    async def _open(self):
        return self.tools.Home(self.root / "registry")

    def run(self, work):
        return self.runner.run(work)

    def ask(self, *given, **headers):
        return self.run(self.home.ask(*given, **headers))

    def teardown(self):
        self.run(self.home.registry.close())
        self.runner.close()
        shutil.rmtree(self.root)

    @rule(target=uploads, name=REPOSITORIES)
    def begin(self, name):
        location = self.run(self.home.begin(name))
        self.under_way[location] = b""
        return location

    @rule(location=uploads, data=DATA, is_chunked=st.booleans())
    def stream(self, location, data, is_chunked):
        body = self.tools.Stream(data[:3], data[3:]) if is_chunked else data
        answer = self.ask("PATCH", location, body)
        self._check_added(location, answer, data)

    @rule(location=uploads, data=DATA, offset=OFFSETS, lie=st.sampled_from([0, 0, 0, -1, 3]))
    def chunk(self, location, data, offset, lie):
        start = len(self.under_way.get(location, b"")) + offset
        end = start + len(data) + lie - 1
        answer = self.ask("PATCH", location, data, content_range=f"{start}-{end}")
        if location not in self.under_way and start >= 0 and end >= start:
            assert answer.status == 404
        elif start < 0 or end < start:
            assert answer.status in {400, 404}
        elif offset:
            assert answer.status == 416
        elif lie:
            assert answer.code == "SIZE_INVALID"
        else:
            self._check_added(location, answer, data)

    def _check_added(self, location, answer, data):
        if location in self.under_way:
            self.under_way[location] += data
            last = max(0, len(self.under_way[location]) - 1)
            assert (answer.status, answer.headers["Range"]) == (202, f"0-{last}")
        else:
            assert answer.code == "BLOB_UPLOAD_UNKNOWN"

    @rule(location=uploads, data=DATA)
    def lose_connection(self, location, data):
        body = self.tools.Stream(data, is_lost=True)
        if location not in self.under_way:
            assert self.ask("PATCH", location, body).status == 404
            return
        with pytest.raises(http.ClientGone):
            self.ask("PATCH", location, body)
        self.under_way[location] += data

    @rule(location=uploads, data=DATA, hashed=st.sampled_from(["sha256", "sha512", "wrong"]))
    def finish(self, location, data, hashed):
        whole = self.under_way.pop(location, None)
        sent = (whole or b"") + data
        digest = {
            "sha256": self.tools.sha256(sent),
            "sha512": self.tools.sha512(sent),
            "wrong": self.tools.sha256(sent + b"!"),
        }[hashed]
        answer = self.ask("PUT", f"{location}?digest={digest}", data)
        if whole is None:
            assert answer.code == "BLOB_UPLOAD_UNKNOWN"
        elif hashed == "wrong":
            assert answer.code == "DIGEST_INVALID"
        else:
            assert (answer.status, answer.headers["Docker-Content-Digest"]) == (201, digest)
            self.stored[_repository(location), digest] = sent

    @rule(location=consumes(uploads))
    def cancel(self, location):
        answer = self.ask("DELETE", location)
        was_there = self.under_way.pop(location, None) is not None
        assert answer.status == (204 if was_there else 404)

    @rule(data=st.data())
    def delete_blob(self, data):
        if not self.stored:
            return
        name, digest = data.draw(st.sampled_from(sorted(self.stored)))
        assert self.ask("DELETE", f"/v2/{name}/blobs/{digest}").status == 202
        del self.stored[name, digest]

    @rule(data=st.data(), name=REPOSITORIES)
    def mount(self, data, name):
        if not self.stored:
            return
        source, digest = data.draw(st.sampled_from(sorted(self.stored)))
        target = f"/v2/{name}/blobs/uploads/?mount={digest}&from={source}"
        assert self.ask("POST", target).status == 201
        self.stored[name, digest] = self.stored[source, digest]

    @rule()
    def kill(self):
        self.run(self.home.restart())

    @invariant()
    def all_acknowledged_bytes_are_there(self):
        for location, data in self.under_way.items():
            answer = self.ask("GET", location)
            assert answer.headers["Range"] == f"0-{max(0, len(data) - 1)}"
        for (name, digest), data in self.stored.items():
            assert self.ask("GET", f"/v2/{name}/blobs/{digest}").body == data

    @invariant()
    def nothing_else_takes_room(self):
        folder = self.home.folder / "blobs"
        files = [path for path in (folder / "files").rglob("*") if path.is_file()]
        assert len(files) == len({digest for _, digest in self.stored})
        assert len(list((folder / "staging").iterdir())) <= len(self.under_way)


def _repository(location):
    return location.removeprefix("/v2/").partition("/blobs/uploads/")[0]


def test_any_history(tools):
    Uploads.tools = tools
    run_state_machine_as_test(
        Uploads,
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
