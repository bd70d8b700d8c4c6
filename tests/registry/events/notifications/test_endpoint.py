"""An endpoint: its pauses, its batches, what it can not be."""

import pytest

from homeport import errors
from homeport.registry.events import journal
from homeport.registry.events.journal import Event
from homeport.registry.events.notifications import endpoint
from homeport.registry.events.notifications.endpoint import Endpoint
from homeport.registry.options import Webhook


def made(**more):
    return Endpoint(Webhook("hook", more.pop("url", "http://example.com/"), **more))


def test_pauses_double_to_five_minutes():
    to = made(threshold=5, backoff_s=10)
    assert [to.failed() for _ in range(12)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    to.succeeded(1)
    assert to.failed() == 1


def test_after_the_threshold_it_is_left_alone():
    to = made(threshold=3, backoff_s=60)
    assert [to.failed() for _ in range(8)] == [1, 2, 60, 60, 60, 60, 64, 128]


def test_no_number_of_failures_is_too_large():
    to = made()
    to.failures = 10**6
    assert to.failed() == 300


def test_a_failure_is_followed_by_one_event_alone():
    to = made()
    bodies = ["x"] * 1000
    assert len(to.batch(bodies)) == endpoint.BATCH
    to.failed()
    sizes = []
    for _ in range(9):
        sizes.append(len(to.batch(bodies)))
        to.succeeded(sizes[-1])
    assert sizes == [1, 2, 4, 8, 16, 32, 64, 100, 100]


def test_a_post_is_of_a_size_that_receivers_take():
    bodies = ["x" * 1000] * 100
    assert sum(map(len, made().batch(bodies))) == 66_000
    assert len(made().batch(["x" * 10**6] * 2)) == 1
    assert made().batch(["x"]) == ["x"]


@pytest.mark.parametrize(
    ("settings", "action", "kind", "media_type", "is_wanted"),
    [
        ({}, "pull", "blob", "", True),
        ({"actions": ("push",)}, "pull", "blob", "", False),
        ({"actions": ("push",)}, "push", "blob", "", True),
        ({"ignored_media_types": ("application/octet-stream",)}, "push", "blob", "", False),
        # As in Distribution: what was removed is told without its media type.
        ({"ignored_media_types": ("application/octet-stream",)}, "delete", "blob", "", True),
        ({"ignored_media_types": ("x/y",)}, "push", "manifest", "x/y", False),
        ({"ignored_media_types": ("x/y",)}, "push", "manifest", "x/z", True),
    ],
)
def test_what_it_wants(settings, action, kind, media_type, is_wanted):
    event = Event(action, kind, "a", media_type=media_type)
    assert made(**settings).wants(event) is is_wanted


@pytest.mark.parametrize("url", ["", "example.com/x", "ftp://example.com", "http://", "file:///x"])
def test_addresses_that_can_not_be(url):
    with pytest.raises(errors.SettingsError, match="'hook'"):
        made(url=url)


@pytest.mark.parametrize(
    ("name", "value"),
    [("A b", "x"), ("", "x"), ("A", "x\r\nB: y"), ("A", "x\x00"), ("A", "\u2028")],
)
def test_headers_that_can_not_be_sent(name, value):
    with pytest.raises(errors.SettingsError) as raised:
        made(headers=((name, f"secret{value}"),))
    assert "secret" not in str(raised.value)


def test_a_password_in_the_address_becomes_a_header():
    to = made(url="https://me:p%40ss@example.com:8443/x?token=t#part")
    assert to.url == "https://example.com:8443/x?token=t"
    assert to.headers["Authorization"] == "Basic bWU6cEBzcw=="
    assert made(url="https://example.com/").headers.get("Authorization") is None


def test_headers_of_one_name_are_one():
    to = made(headers=(("X-A", "1"), ("x-a", "2"), ("authorization", "Bearer t")))
    assert to.headers["X-A"] == "1, 2"
    assert to.headers["Authorization"] == "Bearer t"


def test_a_reason_is_told_without_secrets():
    to = made(url="https://example.com/T0/B0/key?token=t0ken", headers=(("A", "Bearer s3cret"),))
    told = to.hide(
        "no route to https://example.com/T0/B0/key?token=t0ken with Bearer s3cret at T0/B0/key"
    )
    assert told == "no route to *** with *** at ***"


def test_it_is_said_once_that_events_are_given_up():
    to = made()
    assert [to.gave_up(5), to.gave_up(5)] == [True, False]
    to.succeeded(1)
    assert to.gave_up(1)
    assert (to.tally.expired, to.tally.successes) == (11, 1)


def test_actions_are_those_of_the_journal():
    event = Event(journal.MOUNT, journal.BLOB, "a")
    assert made().wants(event)
