"""Which attributes a query or a scan answers: Select, and what an index can give.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html#DDB-Query-request-Select. The texts of Select are those
of the real service, as verified in https://github.com/getmoto/moto/blob/master/tests/test_dynamodb/test_dynamodb_select.py (`aws_verified`) and
https://github.com/paritysuite/dynamodb-conformance: Query puts some of them into an envelope, Scan does not.
"""

from __future__ import annotations

from collections.abc import Iterable

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.expressions.projecting import Projection
from homeport.aws.dynamodb.tables.model import Index, Table
from homeport.aws.dynamodb.values.invalid import Invalid
from homeport.aws.protocol.call import Params

NEEDS_ATTRIBUTES = (
    "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
    "SPECIFIC_ATTRIBUTES"
)
NOT_WITH = "Cannot specify the {} when choosing to get {}"
NEEDS_INDEX = "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"
_INVALID = "One or more parameter values were invalid: "
NOT_ALL = (
    _INVALID + "Select type ALL_ATTRIBUTES is not supported for global secondary index {} "
    "because its projection type is not ALL"
)
NOT_PROJECTED = _INVALID + "Global secondary index {} does not project [{}]"
"""https://github.com/localstack/localstack/issues/478"""
NOT_FILTERED = _INVALID + "Secondary index {} does not project one or more filter attributes: [{}]"
"""https://github.com/paritysuite/dynamodb-conformance (tests/tier3/error-messages, "unprojected filter attribute"): of both kinds
of indexes. Scan takes such a filter, and finds nothing."""


def check(params: Params) -> None:
    """Whether Select fits the other members of a request. Raises `Invalid`."""
    select = params.get("Select")
    if select is None:
        return
    given = "ProjectionExpression" if "ProjectionExpression" in params else None
    if given is None and "AttributesToGet" in params:
        given = "AttributesToGet"
    if select == "SPECIFIC_ATTRIBUTES":
        if given is None:
            raise Invalid(NEEDS_ATTRIBUTES)
    elif given is not None:
        raise Invalid(NOT_WITH.format(given, "only the Count" if select == "COUNT" else select))
    elif select == "ALL_PROJECTED_ATTRIBUTES" and "IndexName" not in params:
        raise Invalid(NEEDS_INDEX)


def check_all(index: Index | None, params: Params) -> None:
    """Raises where all attributes are asked for of a global index that has not all of them."""
    if (
        index is not None
        and not index.is_local
        and index.projection != "ALL"
        and params.get("Select") == "ALL_ATTRIBUTES"
    ):
        raise errors.VALIDATION(NOT_ALL.format(index.name))


def _missing(table: Table, index: Index | None, names: Iterable[str]) -> list[str]:
    """The attributes of these that an index does not hold, in order."""
    held = None if index is None else index.projected(table)
    return [] if held is None else sorted(set(names) - held)


def check_filter(table: Table, index: Index | None, names: Iterable[str]) -> None:
    """Raises where a query's filter names attributes that the index does not hold."""
    absent = _missing(table, index, names)
    if index is not None and absent:
        raise errors.VALIDATION(NOT_FILTERED.format(index.name, ", ".join(absent)))


def is_fetching(
    table: Table, index: Index | None, params: Params, projection: Projection | None
) -> bool:
    """Whether items have to be fetched from the table: a local index is asked for attributes that it does not hold.

    Raises where a global index is asked for such.
    """
    if index is None or index.projection == "ALL":
        return False
    if projection is None:
        return params.get("Select") == "ALL_ATTRIBUTES"
    absent = _missing(table, index, projection.attributes)
    if absent and not index.is_local:
        raise errors.VALIDATION(NOT_PROJECTED.format(index.name, ", ".join(absent)))
    return bool(absent)
