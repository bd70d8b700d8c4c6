"""The index that a query or a scan reads.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html#DDB-Query-request-IndexName
"""

from __future__ import annotations

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.tables.model import Index, Table
from homeport.aws.protocol.call import Params

NOT_FOUND = "The table does not have the specified index: {}"
NOT_CONSISTENT = "Consistent reads are not supported on global secondary indexes"
"""Both: https://github.com/architect/dynalite/blob/main/test/query.js"""
BACKFILLING = "Cannot read from backfilling global secondary index: {}"
"""https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1075"""


def of(table: Table, params: Params) -> Index | None:
    """The index that a request names, None where it names none. Raises ValidationException where it cannot be read."""
    name = params.get("IndexName")
    if name is None:
        return None
    index = table.index(name)
    if index is None or index.status == "DELETING":
        raise errors.VALIDATION(NOT_FOUND.format(name))
    if not index.is_local and params.get("ConsistentRead"):
        raise errors.VALIDATION(NOT_CONSISTENT)
    if index.status == "CREATING":
        raise errors.VALIDATION(BACKFILLING.format(name))
    return index
