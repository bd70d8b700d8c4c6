"""boto3 over a real socket, where it codes its uploads as `aws-chunked` (only below TLS) and waits for 100-continue."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from homeport.aws.dispatch import Dispatcher
from homeport.aws.protocol.call import Call, Params, Service
from homeport.clock import SystemClock, VirtualClock
from homeport.edge.config import EdgeConfig, TlsFiles
from homeport.edge.server import Server
from homeport.net import ca

MIB = 1024 * 1024
DATA = hashlib.shake_256(b"seed").digest(3 * MIB + 17)
ALGORITHMS = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"]

MakeClient = Callable[..., Any]


async def put_object(_: Call, params: Params) -> Params:
    body = params["Body"]
    body.want("MD5")
    size = 0
    async for piece in body:
        size += len(piece)
    assert size == body.length
    found = {f"Checksum{name}": value for name, value in body.checksums.items()}
    return {"ETag": f'"{body.digest("MD5").hex()}"', "ContentEncoding": None, **found}


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[str, Path]]:
    ca.ensure(tmp_path, ["localhost"], datetime.now(UTC))
    files = TlsFiles(tmp_path / "server.crt", tmp_path / "server.key")
    app = Dispatcher(
        [
            Service("s3", {"PutObject": put_object}),
            Service("sqs", {"ListQueues": lambda _, __: {}}),
        ],
        clock=SystemClock(),
        version="9",
        secret_of={"AKID": "secret"}.get,
    )
    clock = VirtualClock()
    server = Server(app, EdgeConfig(tls="both", tls_files=files), clock=clock)
    await server.start()
    yield f"localhost:{server.ports[0]}", tmp_path / "ca.crt"
    stopping = asyncio.ensure_future(server.stop(5))
    await asyncio.wait([stopping], timeout=1)
    await clock.advance(10)
    await stopping


@pytest.fixture
def connect(served: tuple[str, Path]) -> MakeClient:
    def make(service: str, scheme: str = "https", secret: str = "secret") -> Any:
        return boto3.client(
            service,
            region_name="eu-west-1",
            endpoint_url=f"{scheme}://{served[0]}",
            aws_access_key_id="AKID",
            aws_secret_access_key=secret,
            verify=str(served[1]),
            config=Config(retries={"total_max_attempts": 1}),
        )

    return make


def closed(client: Any, name: str, **params: Any) -> dict[str, Any]:
    try:
        return getattr(client, name)(**params)
    finally:
        client.close()


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_uploads_with_every_checksum(
    connect: MakeClient, scheme: str, algorithm: str
) -> None:
    put = await asyncio.to_thread(
        closed,
        connect("s3", scheme),
        "put_object",
        Bucket="bucket",
        Key="a key",
        Body=DATA,
        ChecksumAlgorithm=algorithm,
    )
    assert put["ETag"] == f'"{hashlib.md5(DATA).hexdigest()}"'
    assert put[f"Checksum{algorithm}"]


async def test_an_empty_upload(connect: MakeClient) -> None:
    put = await asyncio.to_thread(
        closed, connect("s3"), "put_object", Bucket="bucket", Key="k", Body=b""
    )
    assert put["ChecksumCRC32"] == "AAAAAA=="


async def test_a_wrong_checksum_of_a_large_upload(connect: MakeClient) -> None:
    with pytest.raises(ClientError, match="BadDigest"):
        await asyncio.to_thread(
            closed,
            connect("s3"),
            "put_object",
            Bucket="bucket",
            Key="k",
            Body=DATA,
            ChecksumSHA1="A" * 27 + "=",
        )


async def test_a_wrong_secret(connect: MakeClient) -> None:
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        await asyncio.to_thread(
            closed, connect("s3", secret="guess"), "put_object", Bucket="bucket", Key="k", Body=DATA
        )


async def test_both_protocols_on_one_port(connect: MakeClient) -> None:
    for scheme in ("http", "https"):
        found = await asyncio.to_thread(closed, connect("sqs", scheme), "list_queues")
        assert found["ResponseMetadata"]["HTTPStatusCode"] == 200
