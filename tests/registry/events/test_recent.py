"""What happened last, and who waits for more."""

import asyncio
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.clock import VirtualClock, settle
from homeport.edge import http
from homeport.registry.events import journal, recent
from homeport.registry.events.journal import Event
from homeport.registry.events.recent import GATHER_S, KEPT, WAITING, Recent

PUSH = Event(journal.PUSH, journal.MANIFEST, "a", "sha256:1", "v1", "t", 7, user="ann")


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def ring(clock):
    return Recent(clock)


def request(agent="docker"):
    headers = {"authorization": "secret", "user-agent": agent}
    return http.Request("GET", "/", "", headers, http.BytesBody())


def everything(_):
    return True


def names(page):
    return [each.repository for each in page.events]


def tell(ring, *repositories):
    for name in repositories:
        ring.tell(PUSH._replace(repository=name))


def test_an_event_as_it_is_shown(ring, clock):
    ring.tell(PUSH)
    (shown,) = ring.newest(9, everything).events
    assert shown._asdict() == {
        "seq": ring.newest(9, everything).next,
        "at": clock.now(),
        "action": "push",
        "kind": "manifest",
        "repository": "a",
        "tag": "v1",
        "digest": "sha256:1",
        "media_type": "t",
        "bytes": 7,
        "user": "ann",
    }


@pytest.mark.parametrize(
    ("event", "is_kept"),
    [
        (PUSH._replace(action=journal.PULL), True),
        (PUSH._replace(action=journal.PULL, request=request(journal.CONSOLE)), False),
        (PUSH._replace(request=request(journal.CONSOLE)), True),
        (PUSH._replace(action=journal.LOOK), False),
        (Event(journal.PULL, journal.BLOB, "a", request=request()), False),
        (Event(journal.PUSH, journal.BLOB, "a", request=request()), True),
        (Event(journal.MOUNT, journal.BLOB, "a", request=request()), True),
        (Event(journal.DELETE, journal.BLOB, "a", request=request()), True),
        (Event(journal.DELETE, journal.BLOB, "a", user="gc"), False),
        (Event(journal.DELETE, journal.MANIFEST, "a", user="gc"), True),
        (Event(journal.DELETE, journal.REPOSITORY, "a"), True),
    ],
)
def test_what_is_kept(ring, event, is_kept):
    ring.tell(event)
    assert bool(ring.newest(9, everything).events) == is_kept


def test_page_by_page(ring):
    start = ring.newest(1, everything).next
    tell(ring, *"abcde")
    page = ring.after(start, 2, everything)
    assert names(page) == ["a", "b"]
    page = ring.after(page.next, 2, everything)
    assert names(page) == ["c", "d"]
    page = ring.after(page.next, 9, everything)
    assert names(page) == ["e"]
    assert names(ring.after(page.next, 9, everything)) == []
    assert names(ring.newest(2, everything)) == ["d", "e"]


def test_a_number_of_another_life_stands_for_the_beginning(ring, clock):
    tell(ring, "a")
    for number in (0, 5, ring.newest(1, everything).next + 1, 1 << 60):
        assert names(ring.after(number, 9, everything)) == ["a"]


async def test_a_restart_skips_nothing(ring, clock):
    tell(ring, "a")
    known = ring.newest(9, everything).next
    await clock.advance(1)
    other = Recent(clock)
    tell(other, "b")
    assert names(other.after(known, 9, everything)) == ["b"]


def test_a_thousand_are_kept(ring):
    tell(ring, *map(str, range(KEPT + 5)))
    assert names(ring.after(0, KEPT, everything))[0] == "5"
    tracemalloc.start()
    tell(ring, *map(str, range(KEPT)))
    before = tracemalloc.get_traced_memory()[0]
    tell(ring, *map(str, range(KEPT)))
    assert tracemalloc.get_traced_memory()[0] - before < 20_000
    tracemalloc.stop()


@given(st.lists(st.booleans(), max_size=30), st.integers(0, 30), st.integers(1, 5))
def test_pages_are_the_list_of_what_may_be_seen(visible, cut, count):
    ring = Recent(VirtualClock())
    start = ring.newest(1, everything).next
    wanted = [str(number) for number, is_open in enumerate(visible) if is_open]
    shown = wanted.__contains__
    found, page = [], None
    for number in range(len(visible)):
        tell(ring, str(number))
        if number == cut:
            page = ring.after(start, count, lambda each: shown(each.repository))
            found += names(page)
    page = ring.after(page.next if page else start, count, lambda each: shown(each.repository))
    while page.events:
        found += names(page)
        page = ring.after(page.next, count, lambda each: shown(each.repository))
    assert found == wanted


async def test_who_waits_is_told_once_for_a_burst(ring, clock):
    waiting = asyncio.ensure_future(ring.wait(request(), clock.now() + 25))
    await settle()
    tell(ring, *"abc")
    await clock.advance(GATHER_S / 2)
    assert not waiting.done()
    tell(ring, "d")
    await clock.advance(GATHER_S / 2)
    assert await waiting


async def test_a_wait_has_an_end(ring, clock):
    waiting = asyncio.ensure_future(ring.wait(request(), clock.now() + 25))
    await clock.advance(24.9)
    assert not waiting.done()
    await clock.advance(0.1)
    assert await waiting is False


async def test_a_client_that_goes_is_let_go(ring, clock):
    asked = request()
    waiting = asyncio.ensure_future(ring.wait(asked, clock.now() + 25))
    await settle()
    asked.on_gone()
    assert await waiting is False
    assert (ring._waiters, asked.on_gone) == (set(), None)


async def test_of_too_many_the_last_do_not_wait(ring, clock):
    waiting = [
        asyncio.ensure_future(ring.wait(request(), clock.now() + 25)) for _ in range(WAITING)
    ]
    await settle()
    assert await ring.wait(request(), clock.now() + 25) is False
    tell(ring, "a")
    await clock.advance(1)
    assert all(await asyncio.gather(*waiting))
    assert ring._waiters == set()


async def test_nobody_waits_for_a_registry_that_closes(ring, clock):
    waiting = asyncio.ensure_future(ring.wait(request(), clock.now() + 25))
    await settle()
    ring.close()
    assert await waiting is False
    assert await ring.wait(request(), clock.now() + 25) is False


def test_nothing_of_the_request_is_kept_but_the_name(ring):
    asked = request()
    asked.user = "ann"
    ring.tell(PUSH._replace(user="", request=asked))
    assert "secret" not in repr(ring._kept)
    assert ring.newest(1, everything).events[0].user == "ann"
    assert ring._kept.maxlen == recent.KEPT
