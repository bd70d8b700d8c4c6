"""Which of several faults AWS tells of, where it is not the one that was found first.

Looked for only once something is wrong, as sound requests need none of it.
"""

from __future__ import annotations

from homeport.aws.dynamodb.expressions import legacy
from homeport.aws.dynamodb.values import attribute
from homeport.aws.protocol.call import Params

_MAPS = ("ExclusiveStartKey", "ExpressionAttributeValues")
_CONDITIONS = ("KeyConditions", "QueryFilter", "ScanFilter")


def check_types(params: Params) -> None:
    """Raises SerializationException where any value of a query or scan is of a wrong type: AWS reads the whole body first.

    https://github.com/architect/dynalite/blob/main/test/query.js ("serializations")
    """
    for name in _MAPS:
        values = params.get(name)
        if values is not None:
            attribute.check_types(values)
    for name in _CONDITIONS:
        for condition in filter(None, (params.get(name) or {}).values()):
            for value in condition.get("AttributeValueList") or ():
                attribute.check_types({"": value})


def check_legacy(params: Params) -> None:
    """Raises what is wrong with the legacy filter and attributes, which come before the start key and the segment.

    https://github.com/architect/dynalite/blob/main/validations/query.js and
    https://github.com/architect/dynalite/blob/main/validations/scan.js (`custom`)
    """
    operator, names = params.get("ConditionalOperator"), params.get("AttributesToGet")
    if "ScanFilter" in params and names is not None:
        legacy.attributes(names)
    conditions = params.get("QueryFilter", params.get("ScanFilter"))
    if conditions is not None or operator is not None:
        legacy.filters(conditions or {}, operator)
    if names is not None:
        legacy.attributes(names)
