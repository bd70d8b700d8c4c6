"""Behind the real server: one request is a line of the access log and a count."""

import asyncio
import os

from tests.registry.events.stage import AGENT

from homeport.clock import VirtualClock
from homeport.edge.access_log import AccessLog, Tee
from homeport.edge.config import EdgeConfig
from homeport.edge.server import Server
from homeport.registry.events import families
from homeport.registry.events.metrics import Counts


async def exchange(port, data):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_a_tee_tells_both(home, tmp_path):
    path, counts = tmp_path / "access.log", Counts()
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY)
    both = Tee(AccessLog(descriptor, "json"), counts)
    server = Server(home.registry, EdgeConfig(), clock=VirtualClock(), access_log=both)
    await server.start()
    head = f"Host: h\r\nUser-Agent: {AGENT}\r\nConnection: close\r\n\r\n".encode()
    assert (await exchange(server.ports[0], b"GET /v2/ HTTP/1.1\r\n" + head)).endswith(b"{}")
    await exchange(server.ports[0], b"nonsense\r\n\r\n")
    await server.stop(1)
    os.close(descriptor)
    assert [f'"status":{status}' in path.read_text() for status in (200, 400)] == [True, True]
    assert f'"agent":"{AGENT}"' in path.read_text()
    counted = [sample.labels for sample in families.requests(counts, ())[1].samples]
    assert [each["handler"] for each in counted] == ["base", "other"]
    assert [each["code"] for each in counted] == ["200", "400"]
