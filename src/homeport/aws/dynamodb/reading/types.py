"""Values of a wrong type in a request that is refused.

AWS reads the whole body before it checks anything, so that a value of a wrong type is what it tells of:
https://github.com/architect/dynalite/blob/main/test/query.js ("serializations"). That is looked for only once something is wrong.
"""

from __future__ import annotations

from homeport.aws.dynamodb.values import attribute
from homeport.aws.protocol.call import Params

_MAPS = ("ExclusiveStartKey", "ExpressionAttributeValues")
_CONDITIONS = ("KeyConditions", "QueryFilter", "ScanFilter")


def check(params: Params) -> None:
    """Raises SerializationException where any value of a query or scan is of a wrong type."""
    for name in _MAPS:
        values = params.get(name)
        if values is not None:
            attribute.check_types(values)
    for name in _CONDITIONS:
        for condition in (params.get(name) or {}).values():
            for value in condition.get("AttributeValueList") or ():
                attribute.check_types({"": value})
