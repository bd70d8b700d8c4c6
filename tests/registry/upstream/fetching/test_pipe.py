"""From a thread to the loop: all of it, in order, and bounded."""

import asyncio
import threading

import pytest

from homeport.registry.upstream.fetching.pipe import Pipe


def feeding(pipe, pieces, error=None):
    def feed():
        for piece in pieces:
            if not pipe.put(piece):
                return
        pipe.end(error)

    thread = threading.Thread(target=feed)
    thread.start()
    return thread


async def drained(pipe):
    data = b""
    while piece := await pipe.take():
        data += piece
    return data


async def test_all_arrives_in_order():
    pipe = Pipe(1000)
    pieces = [bytes([number % 256]) * (number % 700) for number in range(1, 2000)]
    thread = feeding(pipe, pieces)
    assert await drained(pipe) == b"".join(pieces)
    thread.join()


async def test_no_more_than_there_is_room_for():
    pipe = Pipe(100)
    thread = feeding(pipe, [b"x" * 60] * 50)
    left = 50 * 60
    while data := await pipe.take():
        assert len(data) <= 160
        left -= len(data)
    assert left == 0
    thread.join()


async def test_an_error_comes_after_what_came_before_it():
    pipe = Pipe(100)
    thread = feeding(pipe, [b"x"], ConnectionError("lost"))
    await asyncio.to_thread(thread.join)
    assert await pipe.take() == b"x"
    with pytest.raises(ConnectionError):
        await pipe.take()


async def test_a_thread_that_waits_for_room_is_let_go():
    pipe = Pipe(10)
    thread = feeding(pipe, [b"x" * 10] * 3)
    pipe.abandon()
    await asyncio.to_thread(thread.join, 20)
    assert not thread.is_alive()
