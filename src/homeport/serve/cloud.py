"""The local AWS as a process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Iterable

from homeport import clock
from homeport.aws.delivery.queues import Queues
from homeport.aws.delivery.s3_events import S3Events
from homeport.aws.dispatch import Dispatcher
from homeport.aws.s3 import operations as s3_operations
from homeport.aws.s3.s3 import S3
from homeport.aws.s3.store import buckets
from homeport.aws.signing import access_keys
from homeport.aws.signing.verify import SecretOf
from homeport.aws.sqs import operations as sqs_operations
from homeport.aws.sqs.sqs import Sqs
from homeport.aws.sqs.store import queues
from homeport.aws.sqs.watching import pages as sqs_pages
from homeport.aws.sqs.watching.depths import Depths
from homeport.edge.access_log import Recorder, Tee
from homeport.edge.server import Server
from homeport.net import names
from homeport.serve import background, edge, on_demand, room
from homeport.serve.opening import Opening
from homeport.stack import folders, settings
from homeport.stack.version import VERSION
from homeport.storage.lock import FolderLock

logger = logging.getLogger(__name__)

SECRET = "test"  # noqa: S105 - the one that tools for LocalStack use: https://docs.localstack.cloud/aws/integrations/aws-sdks/
"""The secret of every access key that neither IAM nor STS has given out, where signatures are verified."""


@contextlib.asynccontextmanager
async def open(chosen: settings.Settings, where: folders.Folders) -> AsyncIterator[str]:  # noqa: A001 - `cloud.open`
    """Opens the services on their folder and port."""
    its, time = chosen.cloud, clock.SystemClock()
    pair = folders.certificate(chosen)
    # One that was given must be there; without one of the data folder there is plain HTTP.
    has_certificate = chosen.tls.certificate is not None or pair.certificate.exists()
    if not has_certificate:
        logger.info("There is no certificate in %s: HTTP only", where.certificates)
    listening = edge.listening(
        "cloud", its.host, its.port, "both" if has_certificate else "off", pair
    )
    async with contextlib.AsyncExitStack() as opened:
        opened.enter_context(FolderLock(where.cloud / "lock"))
        quota = room.quota(where.cloud, its.quota, time)
        opening = Opening(opened, chosen, where.cloud, time, quota)
        opening.targets.opening = asyncio.Event()
        let_gos = [
            await open_it(opening) for name, open_it in _OPEN.items() if name in its.services
        ]
        late = _late(its)
        asked_for = on_demand.OnDemand(_ON_DEMAND, _NEEDS)
        dispatcher = Dispatcher(
            list(opening.running.values()),
            clock=time,
            version=VERSION,
            disabled=[name for name in settings.SERVICES if name not in its.services],
            domains=_domains(chosen),
            secret_of=_secrets(opening.secrets) if its.verify_signatures else None,
            expected=late,
            available=_ON_DEMAND.keys() - late.keys(),
            begin=asked_for.begin,
        )
        opening.authentication = dispatcher.authentication
        dispatcher.add((), [*opening.sites, opening.scopes.answer])
        opening.sites.clear()
        # Services that come late end after the server, like all others.
        later = await opened.enter_async_context(contextlib.AsyncExitStack())
        server = Server(dispatcher, listening, clock=time, access_log=_records(chosen, dispatcher))
        await server.start()
        opened.push_async_callback(server.stop, edge.drain_s(chosen))
        for let_go in (*let_gos, dispatcher.requests.let_go):
            opened.callback(let_go)
        opening.opened = later
        asked_for.start(opening, dispatcher)
        opened.push_async_callback(asked_for.close)
        await _open_late(late.values(), opening, dispatcher)
        yield ", ".join(server.urls)


def _records(chosen: settings.Settings, dispatcher: Dispatcher) -> Recorder:
    """Who is told of each request: the log of the last calls, and the access log where it is on."""
    log = edge.access(chosen.log)
    return dispatcher.requests if log is None else Tee(dispatcher.requests, log)


async def _open_late(modules: Iterable[str], opening: Opening, dispatcher: Dispatcher) -> None:
    """Opens services while the others already answer."""
    try:
        for name in modules:
            await on_demand.open_now(name, opening, dispatcher)
    finally:
        # Where one fails the cloud ends, and nobody waits for it any longer.
        dispatcher.complete()
        if opening.targets.opening is not None:
            opening.targets.opening.set()


def _late(its: settings.Cloud) -> dict[str, str]:
    """The modules that open services right after the start. Functions write logs; signatures are made by keys that IAM and STS gave."""
    wanted = {*its.services, "logs"}
    keys = ("iam", "sts") if its.verify_signatures else ()
    chosen = {name: module for name, module in _LATE.items() if name in wanted}
    return chosen | {name: _ON_DEMAND[name] for name in keys}


def _secrets(given_out: list[SecretOf]) -> SecretOf:
    def secret_of(access_key: str) -> str | None:
        found = next((secret for each in given_out if (secret := each(access_key))), None)
        if found is None and access_keys.account_of(access_key) is None:
            return SECRET
        return found

    return secret_of


def _domains(chosen: settings.Settings) -> list[str]:
    """Names below which `BUCKET.NAME` is a bucket."""
    hosts = chosen.hostnames
    own = [name for name in hosts if not names.is_address(name) and not name.startswith("*.")]
    return [*own, f"*.{chosen.hosts.cloud}"]


LetGo = Callable[[], None]
"""Answers requests that only wait, before a stop lets the others end."""


async def _s3(opening: Opening) -> LetGo:
    s3 = S3.open(opening.folder, opening.clock, lambda: secrets.token_hex(16), opening.quota)
    opening.opened.push_async_callback(s3.close)
    await opening.opened.enter_async_context(background.running("recovery of S3", s3.recover()))
    opening.add(s3_operations.service(s3, _domains(opening.chosen)))
    opening.scopes.add("s3", s3.db, buckets.SCOPES)
    events = S3Events(s3, opening.targets, opening.clock)
    opening.opened.push_async_callback(events.close)
    events.start()
    return _nothing


async def _sqs(opening: Opening) -> LetGo:
    sqs = Sqs.open(opening.folder / "sqs.db", opening.clock)
    opening.opened.push_async_callback(sqs.close)
    opening.add(sqs_operations.service(sqs))
    opening.scopes.add("sqs", sqs.db, queues.SCOPES)
    depths = Depths(sqs)
    opening.opened.callback(depths.close)
    depths.start()
    opening.sites.append(sqs_pages.site(sqs, depths))
    opening.sqs = sqs
    opening.targets.queues = Queues(sqs)
    return sqs.let_go


def _nothing() -> None:
    """No request of the service only waits."""


_OPEN = {"sqs": _sqs, "s3": _s3}
"""How each service is opened that is there with the first answer. What is sent to comes before what sends, and ends after it."""

_LATE = {
    "logs": "homeport.serve.services.logs",
    "dynamodb": "homeport.serve.services.dynamodb",
    "sns": "homeport.serve.services.sns",
    "lambda": "homeport.serve.services.lambda_",
}
"""Modules that open further services, right after, in this order."""

_ON_DEMAND = {
    "iam": "homeport.serve.services.iam",
    "secretsmanager": "homeport.serve.services.secretsmanager",
    "ssm": "homeport.serve.services.ssm",
    "sts": "homeport.serve.services.sts",
}
"""Modules that open a service with its first request. One that is nowhere here answers 501 by name."""

_NEEDS = {"sts": ("iam",)}
"""STS asks IAM what a role is called."""
