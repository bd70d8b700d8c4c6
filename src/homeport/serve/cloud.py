"""The local AWS as a process."""

from __future__ import annotations

import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NamedTuple

from homeport import clock
from homeport.aws.delivery.invoke import Invoker
from homeport.aws.delivery.objects import S3Objects
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
from homeport.storage.quota import Quota

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
        quota = room.quota(where.cloud, its.quota, time)
        opening = _Opening(opened, chosen, where.cloud, time, quota, {})
        let_gos = [
            await open_it(opening) for name, open_it in _OPEN.items() if name in its.services
        ]
        dispatcher = Dispatcher(
            list(opening.running.values()),
            clock=time,
            version=VERSION,
            disabled=[name for name in _OPEN if name not in its.services],
            domains=_domains(chosen),
            secret_of=(lambda _: SECRET) if its.verify_signatures else None,
        )
        server = Server(dispatcher, listening, clock=time, access_log=edge.access(chosen.log))
        await server.start()
        opened.push_async_callback(server.stop, edge.drain_s(chosen))
        for let_go in let_gos:
            opened.callback(let_go)
        yield ", ".join(server.urls)


def _domains(chosen: settings.Settings) -> list[str]:
    """Names below which `BUCKET.NAME` is a bucket."""
    hosts = chosen.tls.hostnames
    return [name for name in hosts if not names.is_address(name) and not name.startswith("*.")]


class _Opening(NamedTuple):
    """What services are opened with."""

    opened: contextlib.AsyncExitStack
    chosen: settings.Settings
    folder: Path
    clock: clock.Clock
    quota: Quota
    """The room of all services together."""
    running: dict[str, Service]
    """The services that were opened so far, by their names; each adds its own."""

    def add(self, *services: Service) -> None:
        """Lets clients, and other services, reach a service."""
        self.running.update({service.name: service for service in services})


LetGo = Callable[[], None]
"""Answers requests that only wait, before a stop lets the others end."""


async def _s3(opening: _Opening) -> LetGo:
    s3 = S3.open(opening.folder, opening.clock, lambda: secrets.token_hex(16), opening.quota)
    opening.opened.push_async_callback(s3.close)
    await opening.opened.enter_async_context(background.running("recovery of S3", s3.recover()))
    opening.add(s3_operations.service(s3, _domains(opening.chosen)))
    return _nothing


async def _sqs(opening: _Opening) -> LetGo:
    sqs = Sqs.open(opening.folder / "sqs.db", opening.clock)
    opening.opened.push_async_callback(sqs.close)
    opening.add(sqs_operations.service(sqs))
    return sqs.let_go


async def _dynamodb(opening: _Opening) -> LetGo:
    objects = S3Objects(Invoker(opening.running))
    dynamodb = DynamoDb.open(opening.folder, opening.clock, objects=objects, quota=opening.quota)
    opening.opened.push_async_callback(dynamodb.close)
    opening.add(dynamodb_operations.service(dynamodb), streams_operations.service(dynamodb))
    return _nothing


def _nothing() -> None:
    """No request of the service only waits."""


_OPEN = {"s3": _s3, "sqs": _sqs, "dynamodb": _dynamodb}
"""How each service is opened, in this order: DynamoDB goes on with exports to S3. One that is not here answers 501 by name."""
