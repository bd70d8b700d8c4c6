"""The pages of a SELECT: its ranges one after the other, up to a limit or about 1 MB, and the token that goes on.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html#DDB-ExecuteStatement-response-NextToken
"""

from __future__ import annotations

import asyncio
import binascii
import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Awaitable
from typing import Any

from homeport.aws.dynamodb import limits
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.items import capacity
from homeport.aws.dynamodb.partiql import errors
from homeport.aws.dynamodb.partiql.errors import Refused
from homeport.aws.dynamodb.partiql.reads import Plan, Selection, plan
from homeport.aws.dynamodb.reading import page as pages
from homeport.aws.dynamodb.reading.page import Page, Reading
from homeport.aws.dynamodb.reading.ranges import Range
from homeport.aws.dynamodb.store.rows import Key
from homeport.aws.dynamodb.values import attribute, text
from homeport.aws.dynamodb.values.attribute import Item
from homeport.aws.protocol.call import AwsError, Call, Output, Params, Result
from homeport.aws.protocol.values.json_writer import dump


def execute(
    dynamodb: DynamoDb, call: Call, selected: Selection, params: Params
) -> Result | Awaitable[Result]:
    """Reads one page of a SELECT."""
    table = dynamodb.tables.of(call, selected.source.table)
    is_consistent = bool(params.get("ConsistentRead"))
    planned = plan(table, selected, is_consistent=is_consistent)
    walk = _Walk(dynamodb, call, selected, planned, params)
    walk.start(params.get("NextToken"))
    page = walk.next()
    if isinstance(page, Page) and walk.takes(page):
        return walk.answer()
    return walk.finish(page)


def _digest(call: Call, params: Params) -> str:
    """What a token is good for: the same statement with the same parameters, in the same account and region."""
    parts = [call.account, call.region, params["Statement"], params.get("Parameters")]
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()


class _Walk:
    """Reads the ranges of a plan one after the other, up to a limit or about 1 MB."""

    def __init__(
        self, dynamodb: DynamoDb, call: Call, selected: Selection, planned: Plan, params: Params
    ) -> None:
        self._dynamodb = dynamodb
        self._call = call
        self._selected = selected
        self._plan = planned
        self._params = params
        self._at = 0
        self._behind: Key | None = None
        self._limit: int | None = params.get("Limit")
        self._texts: list[bytes] = []
        self._size = 0
        self._units = 0.0
        self._index_units = 0.0
        self._last: Item | None = None

    def start(self, token: str | None) -> None:
        """Goes to where a token tells. Raises Refused."""
        if token is None:
            return
        try:
            digest, at, key = json.loads(b64decode(token, validate=True))
        except (binascii.Error, UnicodeDecodeError, ValueError, TypeError, RecursionError):
            raise Refused(errors.NEXT_INVALID) from None
        if digest != _digest(self._call, self._params):
            raise Refused(errors.NEXT_OTHER)
        if not isinstance(at, int) or not 0 <= at < len(self._plan.reads):
            raise Refused(errors.NEXT_INVALID)
        self._at = at
        if key is not None:
            self._behind = self._located(key)

    def _located(self, key: Any) -> Key:
        plan = self._plan
        try:
            found = pages.key_of(plan.table, plan.index, attribute.item(key))
        except (AwsError, KeyError, ValueError):
            raise Refused(errors.NEXT_INVALID) from None
        if not plan.reads[self._at].rows.holds(found):
            raise Refused(errors.NEXT_INVALID)
        return found

    def next(self) -> Page | Awaitable[Page]:
        """Reads the current range, or what is left of it."""
        plan = self._plan
        if not plan.reads:
            return Page([], 0, 0, None, 0.0, {})
        read = plan.reads[self._at]
        rows = read.rows
        if self._behind is not None:
            if isinstance(rows, Range):
                rows = rows.after(self._behind, is_forward=plan.is_forward)
            else:
                rows = rows.after(self._behind)
            self._behind = None
        reading = Reading(
            plan.table,
            rows,
            index=plan.index,
            is_forward=plan.is_forward,
            limit=self._limit,
            filter=read.filter,
            is_fetching=plan.is_fetching,
            is_consistent=bool(self._params.get("ConsistentRead")),
        )
        return pages.read(self._dynamodb, reading)

    def takes(self, page: Page) -> bool:
        """Takes what was read in, and tells whether that is all for this answer."""
        self._texts += page.texts
        self._size += sum(map(len, page.texts))
        self._units += page.units
        self._index_units += sum(page.index_units.values())
        self._last = page.last_key
        if page.last_key is not None:
            return True
        self._at += 1
        if self._limit is not None:
            self._limit -= page.scanned_count
        return self._at >= len(self._plan.reads) or self._size >= limits.MIB

    async def finish(self, page: Page | Awaitable[Page]) -> Output:
        """Reads on to the end of the answer, behind a page that was taken or is still to come. Others have their turn in between."""
        if not isinstance(page, Page) and self.takes(await page):
            return self.answer()
        while True:
            await asyncio.sleep(0)
            page = self.next()
            if self.takes(page if isinstance(page, Page) else await page):
                return self.answer()

    def answer(self) -> Output:
        """The answer with what was read."""
        selected = self._selected
        texts = self._texts
        if selected.columns is not None:
            texts = [text.dump(selected.project(text.load(one))) for one in texts]
        pieces = [b'"Items":[' + b",".join(texts) + b"]"]
        if self._at < len(self._plan.reads):
            token = b64encode(
                json.dumps([_digest(self._call, self._params), self._at, self._last]).encode()
            )
            pieces.append(b'"NextToken":"' + token + b'"')
            if self._last is not None:
                pieces.append(b'"LastEvaluatedKey":' + text.dump(self._last))
        consumed = self._consumed()
        if consumed is not None:
            pieces.append(b'"ConsumedCapacity":' + dump(consumed))
        return Output(json=b"{" + b",".join(pieces) + b"}")

    def _consumed(self) -> Params | None:
        plan = self._plan
        indexes = {} if plan.index is None else {plan.index.name: self._index_units}
        mode = self._params.get("ReturnConsumedCapacity")
        return capacity.consumed(mode, plan.table, self._units, indexes)
