"""One service as clients reach it: from a request to its operation and back, by way of the protocol that the request speaks.

What has arrived whole is answered at once, without a task; a coroutine is made only where there is something to wait for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from homeport.aws.dispatching import content_encoding, failures, limits
from homeport.aws.dispatching.authentication import Authentication, Checked
from homeport.aws.dispatching.requests import Seen
from homeport.aws.protocol import codecs, errors, hosts, model
from homeport.aws.protocol.call import Call, Operation, Output, Params, Result, Service
from homeport.aws.protocol.codec import Codec, Match
from homeport.aws.protocol.model import OperationModel
from homeport.aws.signing import errors as signing_errors
from homeport.aws.signing import payload
from homeport.aws.signing.credential import ANONYMOUS, Credential
from homeport.edge import http

Answer = http.Response | Awaitable[http.Response]

OPEN = frozenset({("sns", "ConfirmSubscription"), ("sns", "Unsubscribe")})
"""Operations that the links in messages call, unsigned: https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html,
https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html"""

_BODILESS = frozenset({"GET", "HEAD", "DELETE"})


class Plan(NamedTuple):
    """All that is known of an operation before it is called."""

    function: Operation
    body_limit: int
    has_body: bool
    is_streaming: bool
    is_flexible: bool
    """Whether `x-amz-checksum-*` speaks of the body."""
    is_required: bool
    """Whether a checksum of the body must be sent."""


@dataclass(slots=True)
class Exchange:
    """One request on its way through."""

    request: http.Request
    credential: Credential
    request_id: str
    codec: Codec
    path: str
    """With the bucket in front where the host names it."""
    checked: Checked
    seen: Seen
    """What the log of requests is told."""
    operation: OperationModel | None = None
    """Once it is known, for the form of an error."""


class Endpoint:
    """Answers the requests of one service. `domains` are names below which `BUCKET.NAME` is a bucket."""

    def __init__(
        self, service: Service, authentication: Authentication, domains: Sequence[str] = ()
    ) -> None:
        self.model = model.load(service.name)
        self._name = service.name
        self._service = service
        self._authentication = authentication
        self._domains = tuple(domains)
        self._codecs = codecs.for_service(self.model)
        self._plans: dict[str, Plan] = {}
        self._is_s3 = service.name == "s3"
        self._body_limit = limits.of_service(service.name)

    def answer(self, request: http.Request, credential: Credential, request_id: str) -> Answer:
        """The response, or what will give it."""
        codec = self._codecs.of(request)
        path = self._path(request) if self._is_s3 else request.path
        seen = request.caller = Seen(self._name, credential, request_id)
        exchange = Exchange(request, credential, request_id, codec, path, Checked(), seen)
        try:
            if self._service.before is not None:
                early = self._service.before(request)
                if early is not None:
                    return self._finish(exchange, early)
            exchange.checked = self._authentication.check_head(
                request, credential, s3_path=exchange.path if self._is_s3 else None
            )
            if not codec.reads_body:
                return self._match(exchange, b"")
            body = request.body.peek()
            if body is not None:
                return self._match(exchange, body)
        except Exception as wrong:  # noqa: BLE001  every failure becomes an answer
            return self._fail(exchange, wrong)
        return self._when_read(
            exchange, request.body, self._body_limit, lambda body: self._match(exchange, body)
        )

    def refuse_credential(
        self, request: http.Request, reason: str, request_id: str, *, is_query: bool
    ) -> http.Response:
        """The response to a request whose credential cannot be read."""
        codec = self._codecs.of(request)
        error = signing_errors.malformed(reason, self._family(codec), is_query=is_query)
        seen = request.caller = Seen(self._name, ANONYMOUS, request_id)
        seen.error = error.code
        response = codec.error(None, error, request_id)
        return response if self._service.after is None else self._service.after(request, response)

    def _family(self, codec: Codec) -> signing_errors.Family:
        if self._is_s3:
            return signing_errors.S3
        return signing_errors.QUERY if codec.protocol == "query" else signing_errors.JSON

    def _match(self, exchange: Exchange, body: bytes) -> Answer:
        request, codec = exchange.request, exchange.codec
        match = codec.match(request, exchange.path, body)
        operation = exchange.operation = match.operation
        exchange.seen.operation = operation.name
        plan = self._plans.get(operation.name)
        if plan is None:
            plan = self._plan(operation)
        if codec.reads_body or not plan.has_body:
            return self._run(exchange, match, plan, body)
        source = self._open(exchange, plan)
        if plan.is_streaming:
            return self._run(exchange, match, plan, source)
        arrived = source.peek()
        if arrived is not None:
            return self._run(exchange, match, plan, arrived)
        return self._when_read(
            exchange, source, plan.body_limit, lambda body: self._run(exchange, match, plan, body)
        )

    def _path(self, request: http.Request) -> str:
        bucket = hosts.bucket_of(request.headers.get("host", ""), self._domains)
        return hosts.with_bucket(request.path, bucket)

    def _plan(self, operation: OperationModel) -> Plan:
        function = self._service.operations.get(operation.name)
        if function is None:
            raise errors.not_implemented(self._name, operation.name)
        checksum = operation.raw.get("httpChecksum", {})
        plan = self._plans[operation.name] = Plan(
            function,
            limits.of_operation(self._name, operation.name),
            operation.has_streaming_input or operation.method not in _BODILESS,
            operation.has_streaming_input,
            "requestAlgorithmMember" in checksum,
            checksum.get("requestChecksumRequired", False),
        )
        return plan

    def _open(self, exchange: Exchange, plan: Plan) -> http.Body:
        if not self._is_s3:
            return exchange.request.body
        return payload.of(
            exchange.request,
            exchange.checked.chunks,
            is_flexible=plan.is_flexible,
            is_required=plan.is_required,
        )

    async def _when_read(
        self,
        exchange: Exchange,
        source: http.Body,
        limit: int,
        go_on: Callable[[bytes], Answer],
    ) -> http.Response:
        try:
            answer = go_on(await source.read(limit))
        except Exception as wrong:  # noqa: BLE001  every failure becomes an answer
            return self._fail(exchange, wrong)
        return answer if isinstance(answer, http.Response) else await answer

    def _run(self, exchange: Exchange, match: Match, plan: Plan, body: bytes | http.Body) -> Answer:
        request, credential = exchange.request, exchange.credential
        if not self._is_s3:
            whole = body if isinstance(body, bytes) else b""
            if credential != ANONYMOUS or (self._name, match.operation.name) not in OPEN:
                family = self._family(exchange.codec)
                self._authentication.check_body(
                    request, credential, family, whole, exchange.checked
                )
            if "content-encoding" in request.headers:
                # What was signed is what was sent.
                body = content_encoding.plain(request, whole, plan.body_limit)
        call = Call(
            self._name,
            match.operation.name,
            credential.account,
            credential.region,
            exchange.request_id,
            request,
            credential.access_key,
        )
        params: Params = exchange.codec.parse(match, request, body)
        result = plan.function(call, params)
        if isinstance(result, dict | Output):
            return self._serialize(exchange, match.operation, result)
        return self._when_done(exchange, match.operation, result)

    async def _when_done(
        self, exchange: Exchange, operation: OperationModel, result: Awaitable[Result]
    ) -> http.Response:
        try:
            return self._serialize(exchange, operation, await result)
        except Exception as wrong:  # noqa: BLE001  every failure becomes an answer
            return self._fail(exchange, wrong)

    def _serialize(
        self, exchange: Exchange, operation: OperationModel, result: Result
    ) -> http.Response:
        response = exchange.codec.serialize(operation, result, exchange.request_id)
        return self._finish(exchange, response)

    def _fail(self, exchange: Exchange, wrong: Exception) -> http.Response:
        operation = exchange.operation
        name = operation.name if operation is not None else exchange.request.method
        error = failures.aws_error(wrong, self._name, name, exchange.request_id)
        exchange.seen.error = error.code
        response = exchange.codec.error(operation, error, exchange.request_id)
        return self._finish(exchange, response)

    def _finish(self, exchange: Exchange, response: http.Response) -> http.Response:
        after = self._service.after
        return response if after is None else after(exchange.request, response)
