"""The registry behind the real server: requests whose bytes are changed anywhere, cut anywhere and sent in any packets."""

import asyncio
import contextlib
import itertools
import random
import shutil

import pytest
import uvloop
from tests.registry.fuzz import oracle, rounds
from tests.registry.fuzz.words import Maker

from homeport.clock import SystemClock
from homeport.edge.config import EdgeConfig
from homeport.edge.server import Server
from homeport.registry.registry import Registry
from homeport.storage.quota import Quota

REQUESTS = 100
NOT_HTTP = {505}
"""Answered by the server itself, to another version of HTTP: https://www.rfc-editor.org/rfc/rfc9110#name-505-http-version-not-suppor"""
REFUSED = {400, 408, 411, 413, 414, 417, 431, 501}

ODD = [
    b"\0",
    b"\r\n",
    b"\n",
    b"\r",
    b" ",
    b"\t",
    b":",
    b"\xff",
    b"%",
    b"..",
    b"/",
    b"\xd9\xa1",
    b"9" * 30,
    b"-1",
    b"A" * 9000,
    b"\r\n\r\n",
]


def pytest_asyncio_loop_factories():
    """The loop that the server runs on."""
    return {"uvloop": uvloop.new_event_loop}


@contextlib.asynccontextmanager
async def serving(folder):
    """Yields a port."""
    numbers = itertools.count()
    clock = SystemClock()
    registry = Registry.open(
        folder, clock=clock, ids=lambda: f"upload-{next(numbers)}", quota=Quota(30_000_000)
    )
    await registry.recover()
    server = Server(registry, EdgeConfig(), clock=clock)
    await server.start()
    try:
        yield server.ports[0]
    finally:
        await server.stop(1.0)
        await registry.close()


def wire(chance, asked):
    """The bytes of a request, chunked or with a length, and whether they are what they should be."""
    path = asked.path + (f"?{asked.query}" if asked.query else "")
    fields = dict(asked.headers)
    body = asked.body
    if chance.random() < 0.2 and body:
        fields["transfer-encoding"] = "chunked"
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    else:
        fields["content-length"] = str(len(body))
    head = f"{asked.method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return head.encode("utf-8", "surrogatepass") + b"\r\n" + body


def turn(chance, data):
    """Changes, doubles, inserts or removes some bytes, most of them in the head."""
    for _ in range(chance.choice([1, 1, 2, 5])):
        end = data.find(b"\r\n\r\n") if chance.random() < 0.8 else len(data)
        place = chance.randrange(max(1, end))
        way = chance.randrange(5)
        if way == 0:
            data = data[:place] + bytes([chance.randrange(256)]) + data[place + 1 :]
        elif way == 1:
            data = data[:place] + chance.choice(ODD) + data[place:]
        elif way == 2:
            data = data[:place] + data[place + chance.choice([1, 2, 20]) :]
        elif way == 3:
            data = data[:place] + data[max(0, place - 30) :]
        else:
            data = data[: place + chance.choice([0, 1000])]
    return data


async def converse(port, chance, data):
    """Sends bytes in some packets, ends the sending, and returns all that comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        cuts = sorted(chance.randrange(len(data) + 1) for _ in range(chance.choice([0, 0, 1, 3])))
        for start, end in itertools.pairwise([0, *cuts, len(data)]):
            writer.write(data[start:end])
            await asyncio.sleep(0)
        writer.write_eof()
        async with asyncio.timeout(60):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def parse(answer):
    """Status, fields and body of the first response; the rest of it too where it says how long it is."""
    head, end, rest = answer.partition(b"\r\n\r\n")
    assert end, answer[:200]
    line, *lines = head.decode("latin-1").split("\r\n")
    version, status, _ = line.split(" ", 2)
    assert version in {"HTTP/1.1", "HTTP/1.0"}
    fields = dict(one.split(": ", 1) for one in lines)
    named = {name.lower(): value for name, value in fields.items()}
    if "content-length" in named:
        rest = rest[: int(named["content-length"])]
    return int(status), named, rest


async def ask(port, chance, asked, *, is_turned):
    """One request on a connection of its own, and what must hold of the answer."""
    data = wire(chance, asked)
    answer = await converse(port, chance, turn(chance, data) if is_turned else data)
    if not answer:
        return None
    status, fields, body = parse(answer)
    if is_turned:
        assert status < 500 or status in {501, *NOT_HTTP}, (asked, answer[:500])
    elif fields.get("content-type") == "text/plain; charset=utf-8":
        # The server itself refuses what is no HTTP, as some of these paths are.
        assert status in REFUSED, (asked, answer[:500])
    else:
        oracle.check_answer(asked, status, fields, body)
    return status, fields, body


async def explore(parent, chance):
    check_files = oracle.guard(parent)
    maker = Maker(chance)

    async def one(port, asked):
        is_turned = chance.random() < 0.5
        answer = await ask(port, chance, asked, is_turned=is_turned)
        if answer is not None and not is_turned:
            maker.hear(asked, answer[0], answer[1])

    async with serving(parent / "registry") as port:
        for asked in maker.opening():
            await ask(port, chance, asked, is_turned=False)
        for _ in range(REQUESTS // 5):
            await asyncio.gather(*(one(port, maker.request()) for _ in range(5)))
        check_files()
    async with serving(parent / "registry") as port:
        await oracle.check_stored(parent / "registry", getter(port))
    check_files()


def getter(port):
    async def get(path):
        request = f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode()
        return parse(await converse(port, random.Random(0), request))

    return get


@pytest.mark.timeout(rounds.PATIENCE_S)
async def test_any_seed(tmp_path):
    before = oracle.memory_mib()
    for seed in rounds.seeds():
        folder = tmp_path / str(seed)
        try:
            await explore(folder, random.Random(seed))
        except Exception as error:
            error.add_note(f"HOMEPORT_FUZZ_SEED={seed}")
            raise
        shutil.rmtree(folder)
        assert oracle.memory_mib() - before < oracle.GROWTH_MIB
