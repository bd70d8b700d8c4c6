"""The local AWS as a process."""

from __future__ import annotations

import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NamedTuple

from homeport import clock
from homeport.aws.dispatch import Dispatcher
from homeport.aws.dynamodb import operations as dynamodb_operations
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.streams import operations as streams_operations
from homeport.aws.protocol.call import Service
from homeport.aws.s3 import operations as s3_operations
from homeport.aws.s3.s3 import S3
from homeport.aws.sqs import operations as sqs_operations
from homeport.aws.sqs.sqs import Sqs
from homeport.edge.server import Server
from homeport.net import files, names
from homeport.serve import background, edge, room
from homeport.stack import folders, settings
from homeport.stack.version import VERSION
from homeport.storage.lock import FolderLock

logger = logging.getLogger(__name__)

SECRET = "test"  # noqa: S105 - the one that tools for LocalStack use: https://docs.localstack.cloud/aws/integrations/aws-sdks/
"""The secret of every access key, where signatures are verified."""


@contextlib.asynccontextmanager
async def open(chosen: settings.Settings, where: folders.Folders) -> AsyncIterator[str]:  # noqa: A001 - `cloud.open`
    """Opens the services on their folder and port."""
    its, time = chosen.cloud, clock.SystemClock()
    has_certificate = files.server(where.certificates).certificate.exists()
    if not has_certificate:
        logger.info("There is no certificate in %s: HTTP only", where.certificates)
    listening = edge.listening(
        "cloud", its.host, its.port, "both" if has_certificate else "off", where
    )
    async with contextlib.AsyncExitStack() as opened:
        opened.enter_context(FolderLock(where.cloud / "lock"))
        parts = [
            await _OPEN[name](opened, chosen, where.cloud, time)
            for name in its.services
            if name in _OPEN
        ]
        dispatcher = Dispatcher(
            [service for part in parts for service in part.services],
            clock=time,
            version=VERSION,
            disabled=[name for name in _OPEN if name not in its.services],
            domains=_domains(chosen),
            secret_of=(lambda _: SECRET) if its.verify_signatures else None,
        )
        server = Server(dispatcher, listening, clock=time, access_log=edge.access(chosen.log))
        await server.start()
        opened.push_async_callback(server.stop, edge.drain_s(chosen))
        for part in parts:
            opened.callback(part.let_go)
        yield ", ".join(server.urls)


def _domains(chosen: settings.Settings) -> list[str]:
    """Names below which `BUCKET.NAME` is a bucket."""
    hosts = chosen.tls.hostnames
    return [name for name in hosts if not names.is_address(name) and not name.startswith("*.")]


class _Part(NamedTuple):
    """What was opened: a service, or several over the same data."""

    services: tuple[Service, ...]
    let_go: Callable[[], None] = lambda: None
    """Answers requests that only wait, before a stop lets the others end."""


async def _s3(
    opened: contextlib.AsyncExitStack, chosen: settings.Settings, folder: Path, time: clock.Clock
) -> _Part:
    quota = room.quota(folder, chosen.cloud.quota, time)
    s3 = S3.open(folder, time, lambda: secrets.token_hex(16), quota)
    opened.push_async_callback(s3.close)
    await opened.enter_async_context(background.running("recovery of S3", s3.recover()))
    return _Part((s3_operations.service(s3, _domains(chosen)),))


async def _sqs(
    opened: contextlib.AsyncExitStack, chosen: settings.Settings, folder: Path, time: clock.Clock
) -> _Part:
    del chosen
    sqs = Sqs.open(folder / "sqs.db", time)
    opened.push_async_callback(sqs.close)
    return _Part((sqs_operations.service(sqs),), sqs.let_go)


async def _dynamodb(
    opened: contextlib.AsyncExitStack, chosen: settings.Settings, folder: Path, time: clock.Clock
) -> _Part:
    del chosen
    dynamodb = DynamoDb.open(folder, time)
    opened.push_async_callback(dynamodb.close)
    return _Part((dynamodb_operations.service(dynamodb), streams_operations.service(dynamodb)))


_OPEN = {"s3": _s3, "sqs": _sqs, "dynamodb": _dynamodb}
"""How each service is opened; one that is not here answers 501 by name."""
