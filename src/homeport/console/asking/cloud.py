"""The local AWS, asked by botocore as any program would, in one account and region.

https://botocore.amazonaws.com/v1/documentation/api/latest/index.html
"""

from __future__ import annotations

import asyncio
import datetime
import gc
import logging
import os
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import botocore.config
import botocore.exceptions
import botocore.loaders
import botocore.session
import botocore.utils

from homeport.console.asking.scope import ACCOUNT, Scope
from homeport.console.asking.troubles import Trouble, Unreachable
from homeport.console.asking.wire import CONNECT_S, READ_S, Opened, Reply, Wire, why
from homeport.storage.workers import Workers

CLIENTS = 64
"""Clients that are kept: eight services in eight regions. The first of a service takes up to 3 MiB, each further one a quarter."""
GONE = 16
"""Clients that were let go, and are still in memory: each is full of circles, and full collections of them are rare (`serve.process`)."""
THREADS = 16
AGENT = "homeport-console"
"""By which the log of requests tells the console's own from those of programs."""
WARM = ("s3", "sqs", "sns", "dynamodb", "lambda")
"""Services whose clients are made before the first page: botocore takes 0.2 s and 14 MiB for the first, 20 ms for each of the others."""
T = TypeVar("T")

_OWN = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}
"""What whoever started the process has set for their own AWS is nothing to the local one."""
_MODELS = botocore.loaders.create_loader()
"""The models of services, read once."""

logger = logging.getLogger(__name__)


class Clients:
    """Clients of the cloud, made when they are first needed: making one takes up to a tenth of a second. For threads."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.workers = Workers(THREADS)
        self.alone = asyncio.Lock()
        """Held by whoever takes tens of MiB for a moment: one of them at a time fits into the memory that the process may have."""
        self._session = botocore.session.Session(session_vars=_OWN)
        self._session.register_component("data_loader", _MODELS)
        parsers = self._session.get_component("response_parser_factory")
        parsers.set_parser_defaults(timestamp_parser=moment)
        self._made: dict[tuple[str, Scope, str], Any] = {}
        self._lock = threading.Lock()
        self._gone = 0

    def warm(self) -> None:
        """Has the clients of the first pages made, on a thread."""
        self.workers.submit(self._warm)

    def _warm(self) -> None:
        try:
            for service in WARM:
                self.of(service, Scope())
        except (botocore.exceptions.BotoCoreError, OSError, ValueError) as error:
            logger.warning("The clients of the local AWS cannot be made yet: %s", error)

    def of(self, service: str, scope: Scope, url: str = "") -> Any:
        """A client; `url` where it is to lead elsewhere than this process asks, for links that people follow."""
        key = (service, scope, url)
        found = self._made.get(key)
        if found is not None:
            return found
        with self._lock:
            if key not in self._made:
                if len(self._made) >= CLIENTS:
                    self._let_go()
                self._made[key] = self._make(service, scope, url or self.wire.place.url)
            return self._made[key]

    def _let_go(self) -> None:
        """Forgets the oldest. Whoever looks at region after region must not fill the memory."""
        del self._made[next(iter(self._made))]
        self._gone += 1
        if self._gone == GONE:
            self._gone = 0
            gc.collect()

    def regions(self) -> list[str]:
        """The regions that botocore knows S3 in. For a thread."""
        with self._lock:
            found: list[str] = self._session.get_available_regions("s3")
        return sorted(found)

    def _make(self, service: str, scope: Scope, url: str) -> Any:
        place = self.wire.place
        verify: bool | str = place.is_verified
        if place.is_verified and place.ca is not None:
            verify = str(place.ca)
        return self._session.create_client(
            service,
            region_name=scope.region,
            endpoint_url=url,
            aws_access_key_id="test" if scope.account == ACCOUNT else scope.account,
            aws_secret_access_key="test",  # noqa: S106 - what the local AWS takes where it verifies signatures
            verify=verify,
            config=botocore.config.Config(
                connect_timeout=CONNECT_S,
                read_timeout=READ_S,
                retries={"total_max_attempts": 1},
                max_pool_connections=THREADS,
                parameter_validation=True,
                user_agent=AGENT,
                # Links by the former signature are not taken everywhere: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
                signature_version="s3v4" if service == "s3" else None,
                s3={"addressing_style": "path"},
            ),
        )


class Cloud:
    """The local AWS of one visit."""

    def __init__(self, clients: Clients, scope: Scope, public_url: str) -> None:
        self._clients = clients
        self.scope = scope
        self.public_url = public_url
        """By which people and programs reach it."""

    async def call(self, service: str, operation: str, **given: Any) -> dict[str, Any]:
        """One operation by its name, such as `sqs`, `ListQueues`. Raises `Trouble` with AWS's code and words."""
        answer: dict[str, Any] = await self.use(
            service,
            lambda client: client._make_api_call(operation, given),  # noqa: SLF001 - by the name that AWS gives it
        )
        return answer

    async def use(self, service: str, work: Callable[[Any], T]) -> T:
        """Runs `work` with a client of botocore, on a thread. Raises `Trouble` with AWS's code and words."""

        def run() -> T:
            try:
                return work(self._clients.of(service, self.scope))
            except botocore.exceptions.ClientError as error:
                raise refused(error) from error
            except botocore.exceptions.ParamValidationError as error:
                raise Trouble(str(error).replace("\n", " ")) from error
            except (botocore.exceptions.BotoCoreError, OSError) as error:
                raise self._away(error) from error

        return await self._clients.workers.run(run)

    def within(self, region: str) -> Cloud:
        """The same in another region."""
        return Cloud(self._clients, self.scope._replace(region=region), self.public_url)

    async def regions(self) -> list[str]:
        """The regions that there are, and the one that is chosen."""
        known = await self._clients.workers.run(self._clients.regions)
        return sorted({*known, self.scope.region})

    def public(self, service: str) -> Any:
        """A client whose links lead where people reach the cloud. For a thread: see `use`."""
        return self._clients.of(service, self.scope, self.public_url)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = READ_S,
    ) -> Reply:
        """A page of the edge port that is no operation, such as `/_localstack/health`."""
        sent = {"User-Agent": AGENT, **(headers or {})}
        return await self._clients.wire.ask(method, path, headers=sent, timeout_s=timeout_s)

    async def open(self, path: str) -> Opened:
        """The same as a stream, whatever its size."""
        return await self._clients.wire.open("GET", path, headers={"User-Agent": AGENT})

    @property
    def alone(self) -> asyncio.Lock:
        """For what takes tens of MiB for a moment."""
        return self._clients.alone

    def _away(self, error: Exception) -> Unreachable:
        return Unreachable(
            f"The local AWS does not answer at {self._clients.wire.place.url}: {why(error)}.",
            hint="homeport status shows whether it runs, homeport logs cloud why it does not.",
        )


def moment(value: Any) -> datetime.datetime:
    """A time of an answer. What AWS writes most is read a hundred times faster than botocore does it, which tries all that there is."""
    if isinstance(value, str) and value.endswith("Z"):
        try:
            return datetime.datetime.fromisoformat(value)
        except ValueError:
            pass
    found: datetime.datetime = botocore.utils.parse_timestamp(value)
    return found


def refused(error: botocore.exceptions.ClientError) -> Trouble:
    """An error of AWS as a person reads it."""
    said = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
    code, text = said.get("Code", "Error"), said.get("Message", "")
    return Trouble(
        f"{error.operation_name} was refused: {text or code}",
        hint=f"AWS calls this {code}.",
        status=status if 400 <= status < 500 else 502,
    )
