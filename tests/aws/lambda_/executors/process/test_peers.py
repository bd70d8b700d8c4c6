"""Who is at the other end of a connection."""

import os
import socket

import pytest

from homeport.aws.lambda_.executors.process import peers

ECHO = {"app.py": "def handler(event, context):\n    return event\n"}


@pytest.fixture
def asked():
    asked = peers.Peers()
    yield asked
    asked.close()


@pytest.fixture
def pair():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        with socket.create_connection(server.getsockname()) as client:
            accepted, _ = server.accept()
            with accepted:
                yield accepted, client


def test_the_holder_of_the_other_end(asked, pair):
    accepted, client = pair
    holder = asked.holder(accepted.getpeername(), accepted.getsockname())
    assert holder == (os.geteuid(), os.fstat(client.fileno()).st_ino)
    assert peers.holds(os.getpid(), holder.inode)
    assert not peers.holds(os.getppid(), holder.inode)


def test_a_closed_end_is_nobodys(asked, pair):
    accepted, client = pair
    addresses = accepted.getpeername(), accepted.getsockname()
    client.close()
    assert asked.holder(*addresses).inode == 0


def test_no_such_connection(asked):
    assert asked.holder(("127.0.0.1", 1), ("127.0.0.1", 2)) == peers.NOBODY


def test_a_kernel_that_does_not_tell(asked):
    asked.close()
    assert asked.holder(("127.0.0.1", 1), ("127.0.0.1", 2)) is None


def test_all_below(tmp_path):
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        os.close(writes)
        if not os.fork():
            os.read(reads, 1)
        os.read(reads, 1)
        os._exit(0)
    os.close(reads)
    try:
        assert child in list(peers.below(os.getpid()))
    finally:
        os.close(writes)
        os.waitpid(child, 0)


def ends(running):
    writer = running.api.writer
    return writer.get_extra_info("peername"), writer.get_extra_info("sockname")


async def test_an_environment_owns_its_own_connections_alone(start):
    first, second = await start(ECHO), await start(ECHO)
    await first.ready()
    await second.ready()
    assert first.environment.owns(*ends(first))
    assert not first.environment.owns(*ends(second))


async def test_an_environment_does_not_own_ours(start, pair):
    function = await start(ECHO)
    accepted, _ = pair
    await function.ready()
    assert not function.environment.owns(accepted.getpeername(), accepted.getsockname())
