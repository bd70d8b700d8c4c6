"""DescribeLimits and DescribeEndpoints: what holds for an account, not for a table."""

from __future__ import annotations

from homeport.aws.dynamodb import limits
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.protocol.call import Call, Params

CACHED_MINUTES = 1440
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Endpoint.html"""


def describe_limits(_dynamodb: DynamoDb, _call: Call, _params: Params) -> Params:
    """DescribeLimits

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeLimits.html
    """
    return {
        "AccountMaxReadCapacityUnits": limits.ACCOUNT_UNITS,
        "AccountMaxWriteCapacityUnits": limits.ACCOUNT_UNITS,
        "TableMaxReadCapacityUnits": limits.TABLE_UNITS,
        "TableMaxWriteCapacityUnits": limits.TABLE_UNITS,
    }


def describe_endpoints(_dynamodb: DynamoDb, call: Call, _params: Params) -> Params:
    """DescribeEndpoints: the address that the client has called.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeEndpoints.html
    """
    address = call.request.headers.get("host") or f"dynamodb.{call.region}.amazonaws.com"
    return {"Endpoints": [{"Address": address, "CachePeriodInMinutes": CACHED_MINUTES}]}
