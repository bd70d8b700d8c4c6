"""Each kind of event on the wire, field by field as Distribution 2.8 sends it."""

import json

import pytest
from tests.registry.events.stage import request

from homeport.registry.events import journal
from homeport.registry.events.journal import Event
from homeport.registry.events.notifications import envelope
from homeport.registry.events.notifications.envelope import Source, Told
from homeport.registry.options import Webhook

OCI = "application/vnd.oci.image.manifest.v1+json"
DIGEST = "sha256:" + "a" * 64
REQUEST = {
    "id": "r-1",
    "addr": "192.0.2.7:4711",
    "host": "registry.test:5000",
    "method": "PUT",
    "useragent": "docker/28.2.2 go/go1.24",
}
SOURCE = {"addr": "node:5000", "instanceID": "start-1"}
BASE = "http://registry.test:5000/v2/team/app"


NODE = Source("node:5000", "start-1")


def told(event, *, source=NODE):
    return json.loads(envelope.text(event, Told("e-1", 1_700_000_000.25, "r-1"), source))


def happened(action, kind, **more):
    return Event(action, kind, "team/app", DIGEST, request=request("PUT"), **more)


CASES = {
    "push of a manifest": (
        happened(journal.PUSH, journal.MANIFEST, tag="1.0", media_type=OCI, size=708),
        {
            "mediaType": OCI,
            "size": 708,
            "digest": DIGEST,
            "length": 708,
            "repository": "team/app",
            "url": f"{BASE}/manifests/{DIGEST}",
            "tag": "1.0",
        },
    ),
    "push of a blob": (
        happened(journal.PUSH, journal.BLOB, size=9),
        {
            "mediaType": "application/octet-stream",
            "size": 9,
            "digest": DIGEST,
            "length": 9,
            "repository": "team/app",
            "url": f"{BASE}/blobs/{DIGEST}",
        },
    ),
    "mount": (
        happened(journal.MOUNT, journal.BLOB, size=9, source="base/os"),
        {
            "mediaType": "application/octet-stream",
            "size": 9,
            "digest": DIGEST,
            "length": 9,
            "repository": "team/app",
            "fromRepository": "base/os",
            "url": f"{BASE}/blobs/{DIGEST}",
        },
    ),
    "delete of a manifest": (
        happened(journal.DELETE, journal.MANIFEST, media_type=OCI, size=708),
        {"digest": DIGEST, "repository": "team/app"},
    ),
    "delete of a blob": (
        happened(journal.DELETE, journal.BLOB, size=9),
        {"digest": DIGEST, "repository": "team/app"},
    ),
    "delete of a tag": (
        happened(journal.DELETE, journal.TAG, tag="1.0", media_type=OCI, size=708),
        {"repository": "team/app", "tag": "1.0"},
    ),
    "delete of a repository": (
        Event(journal.DELETE, journal.REPOSITORY, "team/app", request=request("PUT")),
        {"repository": "team/app"},
    ),
}


@pytest.mark.parametrize(("event", "target"), CASES.values(), ids=CASES)
def test_golden(event, target):
    found = told(event)
    assert found == {
        "id": "e-1",
        "timestamp": "2023-11-14T22:13:20.250Z",
        "action": event.action,
        "target": target,
        "request": REQUEST,
        "actor": {"name": "ann"},
        "source": SOURCE,
    }
    assert list(found["target"]) == list(target)


@pytest.mark.parametrize("part", ["gc", "retention"])
def test_what_the_registry_does_by_itself(part):
    """As Go writes an empty record."""
    event = Event(journal.DELETE, journal.MANIFEST, "team/app", DIGEST, user=part)
    found = told(event)
    assert found["request"] == {"id": "", "method": "", "useragent": ""}
    assert found["actor"] == {"name": part}


def test_nobody_in_particular():
    event = Event(journal.PULL, journal.BLOB, "team/app", DIGEST, request=request(user=""))
    assert told(event)["actor"] == {}


@pytest.mark.parametrize(
    ("headers", "url"),
    [
        ({}, "http://registry.test:5000/"),
        ({"x_forwarded_proto": "https"}, "https://registry.test:5000/"),
        (
            {"x_forwarded_proto": "https, http", "x_forwarded_host": "hub.example.com"},
            "https://hub.example.com/",
        ),
        ({"x_forwarded_proto": "javascript"}, "http://registry.test:5000/"),
    ],
)
def test_the_address_is_that_of_the_client(headers, url):
    event = happened(journal.PULL, journal.BLOB)._replace(request=request(**headers))
    assert told(event)["target"]["url"] == f"{url}v2/team/app/blobs/{DIGEST}"


def test_the_address_of_the_settings_comes_first():
    source = Source("n", "i", "https://hub.example.com/")
    event = happened(journal.PULL, journal.BLOB)
    assert told(event, source=source)["target"]["url"].startswith("https://hub.example.com/v2/team")
    alone = event._replace(request=None)
    assert told(alone, source=source)["target"]["url"].startswith("https://hub.example.com/v2/team")
    assert "url" not in told(alone)["target"]


@pytest.mark.parametrize(
    ("claimed", "address"),
    [
        ("203.0.113.9, 10.0.0.1", "203.0.113.9"),
        ("2001:db8::1", "2001:db8::1"),
        ("unknown", "192.0.2.7:4711"),
        ("", "192.0.2.7:4711"),
    ],
)
def test_the_client_behind_a_proxy(claimed, address):
    event = happened(journal.PULL, journal.BLOB)._replace(request=request(x_forwarded_for=claimed))
    assert told(event)["request"]["addr"] == address


def test_what_a_client_says_of_itself_is_cut():
    long = request(user_agent="a" * 70_000, host="h" * 70_000, x_forwarded_host="g" * 70_000)
    event = happened(journal.PULL, journal.BLOB)._replace(request=long)
    assert len(json.dumps(told(event))) < 2000


def test_anything_in_a_header_is_ascii_on_the_wire():
    odd = request(user_agent="ä\x9b\x7f\u2028")
    text = envelope.text(
        happened(journal.PULL, journal.BLOB)._replace(request=odd), Told("", 0, ""), Source("", "")
    )
    assert text.isascii()
    assert json.loads(envelope.body([text, text]))["events"][1]["request"]["useragent"] == (
        "ä\x9b\x7f\u2028"
    )


async def test_through_the_registry(stage, tools):
    """What the end points tell, in the order in which it happened."""
    blob = tools.sha256(b"{}")
    await stage.ask("POST", f"/v2/a/b/blobs/uploads/?digest={blob}", b"{}")
    await stage.ask("POST", f"/v2/c/blobs/uploads/?mount={blob}&from=a/b")
    body = json.dumps(tools.image(blob, 2)).encode()
    manifest = tools.sha256(body)
    both = f"/v2/a/b/manifests/{manifest}?tag=x&tag=y"
    await stage.ask("PUT", both, body, content_type=OCI)
    await stage.ask("GET", "/v2/a/b/manifests/x")
    await stage.settle()
    await stage.ask("DELETE", "/v2/a/b/manifests/x")
    await stage.ask("DELETE", f"/v2/a/b/manifests/{manifest}")
    await stage.ask("DELETE", f"/v2/a/b/blobs/{blob}")
    await stage.finish()
    events = stage.receivers.events()
    assert [(each["action"], each["target"].get("tag")) for each in events] == [
        ("push", None),
        ("mount", None),
        ("push", "x"),
        ("push", "y"),
        ("pull", "x"),
        ("delete", "x"),
        ("delete", None),
        ("delete", None),
    ]
    assert events[1]["target"]["fromRepository"] == "a/b"
    assert events[2]["target"]["digest"] == events[6]["target"]["digest"] == manifest
    assert events[2]["request"]["id"] == events[3]["request"]["id"] != events[4]["request"]["id"]
    assert len({each["id"] for each in events}) == 8
    assert {each["actor"]["name"] for each in events} == {"ann"}


async def test_the_post(stage):
    await stage.push("x")
    await stage.finish()
    _, url, headers, _ = stage.receivers.posts[0]
    assert url == "http://example.com/events"
    assert headers == {"Content-Type": envelope.MEDIA_TYPE, "User-Agent": "homeport"}


async def test_an_endpoint_can_ask_for_another_media_type(stage_of):
    wanted = "application/vnd.docker.distribution.events.v2+json"
    stage = await stage_of(
        Webhook("hook", "https://example.com/", headers=(("content-type", wanted),))
    )
    await stage.push("x")
    await stage.finish()
    assert stage.receivers.posts[0][2]["Content-Type"] == wanted
