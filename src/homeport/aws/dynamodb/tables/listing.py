"""ListTables.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html
"""

from __future__ import annotations

import heapq

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.protocol.call import Call, Params

PAGE = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html#DDB-ListTables-request-Limit"""


def list_tables(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """ListTables

    Names are in the order of their bytes: https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table.md
    """
    start: str = params.get("ExclusiveStartTableName") or ""
    limit: int = params.get("Limit") or PAGE
    following = (
        table.name
        for table in dynamodb.tables.all()
        if table.name > start and (table.account, table.region) == (call.account, call.region)
    )
    page = heapq.nsmallest(limit + 1, following)
    if len(page) <= limit:
        return {"TableNames": page}
    return {"TableNames": page[:limit], "LastEvaluatedTableName": page[limit - 1]}
