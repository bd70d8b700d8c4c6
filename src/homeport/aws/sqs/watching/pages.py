"""Pages that look at queues and change nothing: LocalStack's developer endpoint, and what the console shows of queues.

`/_aws/sqs/messages` has the paths and the forms of LocalStack, so that tests made for it work:
https://docs.localstack.cloud/aws/services/sqs/#developer-endpoints. Ours alone are the parameters `Limit` (1,000 messages at most),
`MaxBytes` and `After`, with the header `Homeport-Next` that says what `After` is next, and `ShowDetails`.

`/_homeport/sqs/depths` tells how deep a queue was, `/_homeport/sqs/queues` how deep all of an account and region are.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from homeport.aws.protocol.call import AwsError, Params
from homeport.aws.signing import credential
from homeport.aws.sqs import errors
from homeport.aws.sqs.engine import redrive
from homeport.aws.sqs.engine.queue import Queue
from homeport.aws.sqs.engine.redrive import Address
from homeport.aws.sqs.sqs import Sqs
from homeport.aws.sqs.store import watching
from homeport.aws.sqs.store.messages import Connection
from homeport.aws.sqs.store.watching import Look, Row
from homeport.aws.sqs.watching import asked, writing
from homeport.aws.sqs.watching.asked import Wanted
from homeport.aws.sqs.watching.depths import Depths
from homeport.edge import http

MESSAGES = "/_aws/sqs/messages"
DEPTHS = "/_homeport/sqs/depths"
QUEUES = "/_homeport/sqs/queues"
NEXT = "Homeport-Next"
PAGE = 1_000
"""Queues of one answer at most, as many as `ListQueues` gives."""

Answer = http.Response | Awaitable[http.Response]


def site(sqs: Sqs, depths: Depths) -> Callable[[http.Request], Answer | None]:
    """What the dispatcher asks for paths that are no operation."""
    pages = Pages(sqs, depths)
    return pages.answer


class Pages:
    """The three pages."""

    def __init__(self, sqs: Sqs, depths: Depths) -> None:
        self._sqs = sqs
        self._depths = depths
        self._pages = {
            MESSAGES: (self._messages, ("GET", "HEAD", "POST")),
            DEPTHS: (self._depth, ("GET", "HEAD")),
            QUEUES: (self._queues, ("GET", "HEAD")),
        }

    def answer(self, request: http.Request) -> Answer | None:
        """The page of a path; None where it is none of these."""
        path = request.path
        if not path.startswith(("/_aws/sqs/", "/_homeport/sqs/")):
            return None
        page = "/".join(path.split("/")[:4])
        if page not in self._pages:
            return http.Response(404)
        show, methods = self._pages[page]
        if request.method not in methods:
            return http.Response(405, [("Allow", ", ".join(methods))])
        return self._shown(show, request, path[len(page) :].strip("/"))

    async def _shown(
        self,
        show: Callable[[http.Request, str], Awaitable[http.Response]],
        request: http.Request,
        below: str,
    ) -> http.Response:
        try:
            return await show(request, below)
        except AwsError as error:
            answer = asked.refused(request, error, self._sqs.ids())
            is_xml = asked.spoken_by(request).codec.protocol == "query"
            return writing.error_as_json(answer) if is_xml and _wants_json(request) else answer

    def _found(self, address: Address) -> Queue:
        queue = self._sqs.find(address)
        if queue is None:
            raise errors.QUEUE_DOES_NOT_EXIST()
        return queue

    async def _messages(self, request: http.Request, below: str) -> http.Response:
        wanted = await asked.wanted(request, below)
        queue = self._found(wanted.address)
        spoken, now, request_id = asked.spoken_by(request), self._sqs.now(), self._sqs.ids()
        look = _look(queue, wanted, now)

        def work(connection: Connection) -> http.Response:
            found, after = watching.peek(connection, look)
            members: list[Params] = [writing.message(seen, wanted, now) for seen in found]
            answer = writing.response(spoken, members, request_id, as_json=_wants_json(request))
            if after is not None:
                answer.headers.append((NEXT, str(after)))
            return answer

        return await self._sqs.db.scan(work)

    async def _depth(self, request: http.Request, below: str) -> http.Response:
        url = credential.parameters(request.query).get("QueueUrl", "")
        queue = self._found(asked.in_path(below) if below else asked.in_url(request, url))
        points = [point._asdict() for point in self._depths.points(queue.id)]
        return _json({"points": points})

    async def _queues(self, request: http.Request, _: str) -> http.Response:
        said = credential.parameters(request.query)
        account = said.get("account", credential.DEFAULT_ACCOUNT)
        region = said.get("region", credential.DEFAULT_REGION)
        wish, now = watching.Wish(account, region, said.get("prefix", "")), self._sqs.now()
        if not f"{account}{region}{wish.prefix}".isascii():
            return _json({"total": 0, "queues": []})
        sort, is_descending = said.get("sort", "name"), said.get("order") == "desc"
        limit, offset = min(PAGE, _number(said, "n", PAGE)), _number(said, "offset", 0)
        if sort not in _SORTS:
            order = sort if sort in watching.ORDERS else "name"
            wish = wish._replace(
                order=order, is_descending=is_descending, limit=limit, offset=offset
            )
        total, found = await self._sqs.db.scan(
            lambda connection: watching.listed(connection, wish, now)
        )
        if sort in _SORTS:
            found.sort(key=_SORTS[sort], reverse=is_descending)
            found = found[offset : offset + limit]
        return _json({"total": total, "queues": [_row(row, now) for row in found]})


def _look(queue: Queue, wanted: Wanted, now: int) -> Look:
    return Look(
        queue.partition,
        now,
        now - queue.retention_ms,
        wanted.after,
        wanted.limit,
        wanted.bytes_limit,
        wanted.has_invisible,
        wanted.has_delayed,
    )


_SORTS: dict[str, Callable[[Row], Any]] = {  # by what is counted, in every queue
    "visible": lambda row: row.depth.visible,
    "in_flight": lambda row: row.depth.in_flight,
    "delayed": lambda row: row.depth.delayed,
    "oldest": lambda row: -(row.depth.oldest or 10**15),
}


def _row(row: Row, now: int) -> dict[str, Any]:
    depth = row.depth
    dead_letters = redrive.address(row.dead_letter_arn)
    return {
        "name": row.name,
        "is_fifo": row.name.endswith(".fifo"),
        "created": row.created_at / 1000,
        "visible": depth.visible,
        "in_flight": depth.in_flight,
        "delayed": depth.delayed,
        "oldest_s": None if depth.oldest is None else max(0, now - depth.oldest) / 1000,
        "dead_letter_queue": dead_letters.name if dead_letters else None,
        "sources": row.sources,
    }


def _number(said: dict[str, str], name: str, default: int) -> int:
    text = said.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def _wants_json(request: http.Request) -> bool:
    return "json" in request.headers.get("accept", "")


def _json(document: dict[str, Any]) -> http.Response:
    body = json.dumps(document, ensure_ascii=False).encode()
    return http.Response(200, [("Content-Type", "application/json")], body)
