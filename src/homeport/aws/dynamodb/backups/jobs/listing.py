"""Pages of exports, imports and bulk operations, the latest first, and the tokens that lead from one to the next.

https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/import.md#ddb-import-016
"""

from __future__ import annotations

import binascii

from homeport.aws.dynamodb.backups import errors, recovery
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import jobs
from homeport.aws.dynamodb.store.jobs import Job
from homeport.aws.protocol.call import Call

LISTED = 10
"""Where the request does not say how many."""
_BLOCK = 8
_LEAST = 56
"""Bytes of a token, whose hexadecimal digits come in blocks of 16 and are 112 at least:
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListImports.html"""


def page(
    dynamodb: DynamoDb,
    call: Call,
    kind: str,
    token: str | None,
    limit: int | None,
    table_arn: str | None,
) -> tuple[list[Job], str | None]:
    """A page of jobs, and the token of the next. Raises ValidationException for a token that is none."""
    before = jobs.LAST if token is None else _read(kind, token)
    limit = limit or LISTED
    since_ms = dynamodb.now_ms() - recovery.JOBS_KEPT_MS
    owner = call.account, call.region
    with dynamodb.db.snapshot() as connection:
        found = jobs.page(connection, kind, owner, before, table_arn, since_ms, limit + 1)
    following = _token(kind, found[limit - 1].arn) if len(found) > limit else None
    return found[:limit], following


def _token(kind: str, arn: str) -> str:
    content = f"{kind} {arn}".encode()
    size = max(_LEAST, -(-len(content) // _BLOCK) * _BLOCK)
    return content.ljust(size).hex()


def _read(kind: str, token: str) -> str:
    try:
        found, _, arn = binascii.unhexlify(token).decode().rstrip().partition(" ")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise _invalid(token) from error
    if found != kind or not arn:
        raise _invalid(token)
    return arn


def _invalid(token: str) -> Exception:
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/export.md#ddb-export-006"""
    return errors.invalid(f"Provided nextToken is invalid: {token}")
