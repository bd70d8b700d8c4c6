"""How each operation says that its parameters break constraints.

The service has two frameworks for it. The older one lists all that is broken, with the values, in its own order of members. The newer
one, which the operations of `NEWER` run in most regions since 2026, stops at the first length or range that is not kept and does not
repeat the value; what it leaves to the older one is listed after that. A request that lacks a required member, or nests values more
than 62 deep, is told of by the older one as a whole.

Recorded answers: https://github.com/paritysuite/dynamodb-conformance/tree/main/tests/tier3/error-messages,
https://github.com/paritysuite/dynamodb-conformance/tree/main/tests/tier3/validation-ordering and
https://github.com/paritysuite/dynamodb-conformance/blob/main/registry/splits.json (where regions differ: what most of them say).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.constraints import depth
from homeport.aws.dynamodb.constraints.broken import Broken, Kind
from homeport.aws.dynamodb.values.invalid import ENVELOPE
from homeport.aws.protocol.call import AwsError, Params

NEWER = frozenset(("BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"))
"""Scan, BatchWriteItem and the transactions are on their way: a few regions, us-east-1 not among them."""
_WRITES = frozenset(("DeleteItem", "PutItem", "UpdateItem"))
_NAMED = frozenset(
    (
        "CreateTable",
        "DeleteTable",
        "DescribeTable",
        "DescribeTimeToLive",
        "UpdateTable",
        "UpdateTimeToLive",
    )
)
LISTED = 10
"""Errors that are told of at once: `checkNonRequired` in https://github.com/architect/dynalite/blob/main/validations/index.js"""
MISSING_NAME = "The parameter 'TableName' is required but was not present in the request"
"""https://github.com/nubo-db/dynamodb-conformance/blob/main/tests/tier3/error-messages/createTable.test.ts; the other operations:
https://github.com/architect/dynalite/blob/main/test/describeTable.js"""
NO_REQUESTS = "The requestItems parameter is required for BatchWriteItem"
"""https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/error-messages/batchWriteItem.test.ts"""
RETURN_VALUES = (
    "Failed to satisfy constraint: Member must satisfy enum value set: "
    "[ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]"
)
"""UPDATE_NEW is the service's own slip: https://github.com/paritysuite/dynamodb-conformance/blob/main/captures/cross-region-latest.json
(`o_put_three_bad_enums`)"""
OPERATOR = "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]"
"""https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/validation-ordering/query.test.ts"""


def refusal(operation: str, params: Params, broken: Sequence[Broken]) -> AwsError | None:
    """The error for what is broken; None where the operation itself says it in words of its own."""
    if operation in _NAMED and "TableName" not in params:
        return errors.VALIDATION(MISSING_NAME)
    if operation == "BatchWriteItem":
        return _batch_write(params, broken)
    if operation in NEWER and not _is_older(operation, params, broken):
        return _newer(operation, params, broken)
    return _listed([one.older() for one in broken])


def _listed(texts: Sequence[str]) -> AwsError:
    texts = texts[:LISTED]
    plural = "" if len(texts) == 1 else "s"
    return errors.VALIDATION(f"{len(texts)} validation error{plural} detected: {'; '.join(texts)}")


def _batch_write(params: Params, broken: Sequence[Broken]) -> AwsError:
    """What is wrong with the map of requests itself is seen after everything else, and one thing at a time."""
    late = [one for one in broken if one.place == "requestItems" and one.kind is not Kind.MISSING]
    if len(late) < len(broken):
        return _listed([one.older() for one in broken if one not in late])
    if not params["RequestItems"]:
        return errors.VALIDATION(NO_REQUESTS)
    return _listed([late[0].older()])


def _is_older(operation: str, params: Params, broken: Sequence[Broken]) -> bool:
    """https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/validation-ordering/deepRequests.test.ts"""
    if any(one.kind is Kind.MISSING for one in broken):
        return True
    return operation in _WRITES and depth.is_beyond_newer(params)


def _newer(operation: str, params: Params, broken: Sequence[Broken]) -> AwsError | None:
    bounds = sorted(
        (one for one in broken if one.kind is Kind.BOUND), key=lambda one: one.place != "tableName"
    )
    if bounds:
        return errors.VALIDATION(ENVELOPE + bounds[0].newer())
    places = [one.place for one in broken]
    if operation == "UpdateItem" and "returnValues" in places:
        return errors.VALIDATION(ENVELOPE + RETURN_VALUES)
    if "conditionalOperator" in places and not _has_several_conditions(params):
        # That it stands there at all is wrong then, and said so later.
        broken = [one for one in broken if one.place != "conditionalOperator"]
    elif "conditionalOperator" in places and operation == "Query":
        return errors.VALIDATION(OPERATOR)
    ordered = sorted(broken, key=lambda one: one.kind is not Kind.KEYS)
    return _listed([_in_newer_list(one) for one in ordered]) if ordered else None


_OWN_WORDS = {"conditionalOperator": OPERATOR, "returnValues": RETURN_VALUES}


def _in_newer_list(one: Broken) -> str:
    return _OWN_WORDS.get(one.place) or one.older()


def _has_several_conditions(params: Params) -> bool:
    conditions: Any = params.get("Expected") or params.get("QueryFilter") or {}
    return len(conditions) > 1
