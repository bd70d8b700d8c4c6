"""Words for what is asked: the names of an answer, and images that can be told apart."""

import json

import pytest


@pytest.fixture
def names():
    """The names of the entries of a catalog, or of tags."""

    async def ask(home, place):
        answer = await home.call("GET", place)
        assert answer.status == 200, answer
        told = answer.json
        found = told["entries"] if "entries" in told else told["tags"]
        return [entry.get("name", entry.get("tag")) for entry in found]

    return ask


@pytest.fixture
def config():
    """The config of an image that was made on a day of January 1970."""

    def make(day=1, architecture="amd64", **more):
        body = {
            "os": "linux",
            "architecture": architecture,
            "created": f"1970-01-{day:02}T00:00:00Z",
        }
        return json.dumps(body | more).encode()

    return make
