"""Behind another name: whatever a proxy calls the registry, its answers lead back through the proxy; HTTP/2 is not offered."""

import asyncio
import contextlib
import json
import socket
import ssl

import harness
import images
import pytest
from test_skopeo import credentials, skopeo
from tests.e2e.registry import serving

pytestmark = pytest.mark.e2e


@contextlib.asynccontextmanager
async def proxied(port):
    """A proxy of plain TCP, which knows no more of HTTP than the name `localhost` under which it stands elsewhere; its port."""

    async def pump(reader, writer):
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def serve(reader, writer):
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


HOSTS = [
    {"Host": "registry.test"},
    {"Host": "registry.test", "X_Forwarded_Proto": "https", "X_Forwarded_Host": "other.test:444"},
    {"Host": "registry.test", "Forwarded": "proto=https;host=other.test"},
]


@pytest.mark.parametrize("fields", HOSTS, ids=["host", "forwarded", "rfc 7239"])
async def test_each_location_is_relative(process, fields):
    digest, here = serving.digest(b"{}"), "/v2/by/proxy"
    uploads = f"{here}/blobs/uploads/"
    begun = await process.ask("POST", uploads, **fields)
    location = begun.fields["Location"]
    patched = await process.ask("PATCH", location, b"{}", **fields)
    put = await process.ask("PUT", f"{location}?digest={digest}", **fields)
    mounted = await process.ask(
        "POST", f"/v2/a/blobs/uploads/?mount={digest}&from=by/proxy", **fields
    )
    manifest = serving.manifest(b"{}")
    tagged = await process.ask(
        "PUT", f"{here}/manifests/v1", manifest, Content_Type=serving.MANIFEST, **fields
    )
    for reply in (begun, patched, put, mounted, tagged):
        assert reply.fields["Location"].startswith("/v2/"), reply
    for tag in ("v2", "v3"):
        await process.ask("PUT", f"{here}/manifests/{tag}", manifest, Content_Type=serving.MANIFEST)
    page = await process.ask("GET", f"{here}/tags/list?n=1", **fields)
    assert page.fields["Link"].startswith("</v2/")


async def test_a_client_behind_a_proxy(stack, tmp_path):
    digest = images.image(tmp_path / "in", [200_000, 10])
    async with proxied(stack.registry_port) as port:
        there = f"docker://localhost:{port}/by/proxy:v1"
        creds = credentials(stack)
        arguments = (
            "copy",
            "--preserve-digests",
            "--dest-creds",
            creds,
            f"oci:{tmp_path}/in:latest",
            there,
        )
        await asyncio.to_thread(skopeo, stack, *arguments)
        seen = await asyncio.to_thread(skopeo, stack, "inspect", "--creds", creds, there)
        assert json.loads(seen.stdout)["Digest"] == digest


@pytest.mark.parametrize("offered", [["h2", "http/1.1"], ["h2"], ["http/1.1"], []])
def test_http_2_is_not_offered(shared_stack, offered):
    context = ssl.create_default_context(cafile=str(shared_stack.ca))
    if offered:
        context.set_alpn_protocols(offered)
    address = ("127.0.0.1", shared_stack.registry_port)
    with (
        socket.create_connection(address) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as wrapped,
    ):
        expected = "http/1.1" if "http/1.1" in offered else None
        assert wrapped.selected_alpn_protocol() == expected


def test_curl_speaks_http_1(shared_stack):
    done = harness.run(
        harness.tool("curl"), "-sS", "--http2", "--cacert", shared_stack.ca, "-o", "/dev/null",
        "-w", "%{http_version} %{http_code}", f"https://localhost:{shared_stack.registry_port}/v2/",
    )  # fmt: skip
    assert done.stdout == "1.1 401"
