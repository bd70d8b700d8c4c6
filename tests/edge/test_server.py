"""Listening, TLS, the access log, and routes."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import ssl
from pathlib import Path

import pytest

from homeport import clock as clocks
from homeport import errors
from homeport.edge import access_log, config, hosts, http, server
from homeport.edge.sockets import port_holder

GET = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"


def scheme(request: http.Request) -> http.Response:
    return http.Response(200, [], request.scheme.encode())


async def test_both_schemes_on_one_port(serve, tls_files, trust):
    running = await serve(scheme, tls="both", tls_files=tls_files)
    assert (await (await running.connect()).ask(GET))[2] == b"http"
    assert (await (await running.connect(trust)).ask(GET))[2] == b"https"
    port = running.port
    assert running.server.urls == [f"http://127.0.0.1:{port}", f"https://127.0.0.1:{port}"]


async def test_plain_http_on_a_port_of_https(serve, tls_files, trust):
    running = await serve(scheme, tls="only", tls_files=tls_files)
    client = await running.connect()
    status, _, body = await client.ask(GET)
    assert (status, b"This port speaks HTTPS" in body, b"https://h/" in body) == (400, True, True)
    assert await client.is_closed()
    assert (await (await running.connect(trust)).ask(GET))[2] == b"https"


async def test_an_application_says_itself_what_plain_http_gets(tls_files):
    settings = config.EdgeConfig(tls="only", tls_files=tls_files)
    refusing = server.Server(
        scheme,
        settings,
        clock=clocks.SystemClock(),
        in_plain=lambda _: http.Response(400, [], b"no"),
    )
    await refusing.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", refusing.ports[0])
    writer.write(GET)
    assert (await reader.read()).endswith(b"no")
    writer.close()
    await refusing.stop(0)


async def test_tls_on_a_port_of_plain_http(serve, trust):
    running = await serve(scheme)
    with pytest.raises(ssl.SSLError):
        await running.connect(trust)
    assert (await (await running.connect()).ask(GET))[2] == b"http"


async def test_no_old_tls_and_only_http_11(serve, tls_files, trust):
    running = await serve(scheme, tls="only", tls_files=tls_files)
    trust.set_alpn_protocols(["h2", "http/1.1"])
    client = await running.connect(trust)
    chosen = client.writer.get_extra_info("ssl_object")
    assert (chosen.selected_alpn_protocol(), chosen.version()) == ("http/1.1", "TLSv1.3")
    trust.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        trust.minimum_version = trust.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await running.connect(trust)


def idle_client(port, trust):
    """Asks once, and keeps the connection as pools do: nobody reads from it any more."""
    client = trust.wrap_socket(socket.create_connection(("127.0.0.1", port)))
    client.sendall(GET)
    assert client.recv(4096).endswith(b"https")
    return client


async def test_an_idle_client_of_tls_does_not_hold_up_the_end(serve, tls_files, trust):
    running = await serve(scheme, tls="only", tls_files=tls_files)
    trust.check_hostname = False
    with await asyncio.to_thread(idle_client, running.port, trust) as client:
        # The clock stands still: the time for requests under way is never over.
        await asyncio.wait_for(running.server.stop(60), 5)
        assert await asyncio.to_thread(client.recv, 1) == b""


async def test_garbage_in_place_of_a_handshake(serve, tls_files, trust):
    running = await serve(scheme, tls="only", tls_files=tls_files)
    client = await running.connect()
    await client.send(b"\x16\x03\x01garbage" * 50)
    await client.reader.read()
    assert await client.is_closed()
    assert (await (await running.connect(trust)).ask(GET))[2] == b"https"


async def _serial(running, files: config.TlsFiles) -> int:
    trust = ssl.create_default_context(cafile=files.certificate)
    trust.check_hostname = False
    client = await running.connect(trust)
    return client.writer.get_extra_info("peercert")["serialNumber"]


@pytest.mark.parametrize("how", ["reload", "by itself"])
async def test_certificate_that_changes(serve, tls_files, renewed, how):
    running = await serve(scheme, tls="both", tls_files=tls_files)
    before = await _serial(running, tls_files)
    renewed()
    if how == "reload":
        running.server.reload()
    else:
        await running.clock.advance(11)
    assert await _serial(running, tls_files) != before


async def test_broken_certificate_leaves_the_former_one(serve, tls_files, trust, caplog):
    running = await serve(scheme, tls="both", tls_files=tls_files)
    tls_files.key.write_text("nothing")
    with pytest.raises(errors.HomeportError, match="cannot be used"):
        running.server.reload()
    tls_files.key.unlink()
    await running.clock.advance(11)
    assert "former certificate stays" in caplog.text
    assert (await (await running.connect(trust)).ask(GET))[0] == 200


@pytest.mark.parametrize("content", [None, "", "nothing"])
async def test_certificate_that_cannot_be_used(tls_files, content):
    if content is None:
        tls_files.certificate.unlink()
    else:
        tls_files.certificate.write_text(content)
    settings = config.EdgeConfig(tls="only", tls_files=tls_files)
    with pytest.raises(errors.HomeportError, match=str(tls_files.certificate)):
        await server.Server(scheme, settings, clock=clocks.VirtualClock()).start()


async def test_port_in_use():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        settings = config.EdgeConfig(
            addresses=(config.Address("127.0.0.1", 0), config.Address("127.0.0.1", port)),
            port_setting="--registry-port",
        )
        with pytest.raises(errors.HomeportError) as raised:
            await server.Server(scheme, settings, clock=clocks.VirtualClock()).start()
    assert raised.value.what.startswith(f"Port {port} is in use by ")
    assert f"(pid {os.getpid()})" in raised.value.what
    assert "--registry-port" in raised.value.hint


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.name.invalid"])
async def test_address_that_cannot_be_had(host):
    settings = config.EdgeConfig(addresses=(config.Address(host, 0),))
    with pytest.raises(errors.HomeportError, match=f"Listening on {host}"):
        await server.Server(scheme, settings, clock=clocks.VirtualClock()).start()


def test_holder_of_a_free_port_is_unknown(tmp_path: Path):
    assert port_holder.describe(1, tmp_path) == ""


async def test_several_addresses(serve):
    addresses = (config.Address("127.0.0.1", 0), config.Address("::1", 0))
    running = await serve(scheme, addresses=addresses)
    assert running.server.urls[1] == f"http://[::1]:{running.server.ports[1]}"
    for host, port in zip(("127.0.0.1", "::1"), running.server.ports, strict=True):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(GET)
        assert b"200" in await reader.readline()
        writer.close()
        await writer.wait_closed()


SIGNED = (
    b"GET /b/k%22?X-Amz-Credential=AKIA&X-Amz-Signature=abc&partNumber=1&x-amz-security-token=t HTTP/1.1\r\n"
    b"Host: h\r\nUser-Agent: docker/28\r\n\r\n"
)


async def _logged(serve, tmp_path, form: access_log.Format) -> str:
    path = tmp_path / "access.log"
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY)

    def app(request: http.Request) -> http.Response:
        request.user = "Ada\n"
        return http.Response(206, [], b"12345")

    running = await serve(app, log=access_log.AccessLog(descriptor, form))
    client = await running.connect()
    await client.ask(SIGNED)
    await client.ask(b"nonsense\r\n\r\n")
    await client.close()
    os.close(descriptor)
    return path.read_text()


async def test_access_log_as_text(serve, tmp_path):
    first, second = (await _logged(serve, tmp_path, "text")).splitlines()
    assert first.startswith("2023-11-14T22:13:20.000Z 127.0.0.1:")
    target = (
        "/b/k%22?X-Amz-Credential=***&X-Amz-Signature=***&partNumber=1&x-amz-security-token=***"
    )
    assert first.endswith(f' Ada\\x0a "GET {target}" 206 5 0.00')
    assert '" 400 ' in second


async def test_access_log_as_json(serve, tmp_path):
    first, second = map(json.loads, (await _logged(serve, tmp_path, "json")).splitlines())
    assert first | {"peer": ""} == {
        "time": "2023-11-14T22:13:20.000Z",
        "peer": "",
        "user": "Ada\n",
        "method": "GET",
        "path": "/b/k%22?X-Amz-Credential=***&X-Amz-Signature=***&partNumber=1&x-amz-security-token=***",
        "status": 206,
        "bytes": 5,
        "duration_ms": 0.0,
        "agent": "docker/28",
    }
    assert second["status"] == 400


async def test_access_log_goes_on_whatever_a_user_is_called(tmp_path):
    path = tmp_path / "access.log"
    log = access_log.AccessLog(os.open(path, os.O_WRONLY | os.O_CREAT))
    request = http.Request(
        "GET", "/", "password=x&a=password", {}, http.BytesBody(), user="jos\udce9"
    )
    log.record(0, request, 200, 0, 0)
    log.flush()
    os.close(log._descriptor)
    assert r'jos\udce9 "GET /?password=***&a=password"' in path.read_text()


async def test_access_log_that_cannot_be_written_loses_no_request(serve, caplog):
    running = await serve(scheme, log=access_log.AccessLog(-1))
    client = await running.connect()
    assert [(await client.ask(GET))[0] for _ in range(2)] == [200, 200]
    assert "cannot be written" in caplog.text


def named(name: str) -> http.App:
    return lambda request: http.Response(200, [], name.encode())


ROUTES = hosts.Hosts(
    [
        hosts.Route(named("aws")),
        hosts.Route(named("registry"), prefix="/v2/"),
        hosts.Route(named("ui"), "Registry.example"),
        hosts.Route(named("ui-registry"), "registry.example", "/v2"),
        hosts.Route(named("s3"), "*.s3.localhost"),
    ]
)


@pytest.mark.parametrize(
    ("host", "path", "name"),
    [
        ("localhost:4566", "/", "aws"),
        ("", "/x", "aws"),
        ("localhost", "/v2", "registry"),
        ("localhost", "/v2/", "registry"),
        ("localhost", "/v2x", "aws"),
        ("REGISTRY.example:5000", "/", "ui"),
        ("registry.example.", "/v2/a", "ui-registry"),
        ("b.s3.localhost", "/v2/", "s3"),
        ("s3.localhost", "/", "aws"),
        ("[::1]:80", "/", "aws"),
        ("localhost", "*", "aws"),
    ],
)
def test_routes(host, path, name):
    for _ in range(2):
        response = ROUTES(http.Request("GET", path, "", {"host": host}, http.BytesBody()))
        assert response.body == name.encode()


def test_no_route():
    routes = hosts.Hosts([hosts.Route(named("a"), "a")])
    for number in range(3000):
        request = http.Request("GET", "/", "", {"host": f"h{number}"}, http.BytesBody())
        assert routes(request).status == 404
    assert len(routes._by_host) <= 1024
