"""The operations of Amazon DynamoDB, by their name in the model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from homeport.aws.dynamodb import wire
from homeport.aws.dynamodb.backups import operations as backups
from homeport.aws.dynamodb.backups import resume as backups_resume
from homeport.aws.dynamodb.constraints.checked import checked
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.items import delete, get, put, update
from homeport.aws.dynamodb.items.batch import batch_get, batch_write
from homeport.aws.dynamodb.items.transact import get_items, write_items
from homeport.aws.dynamodb.partiql import batch, execute, transaction
from homeport.aws.dynamodb.reading import query, scan
from homeport.aws.dynamodb.tables import (
    account,
    create,
    deleting,
    describe,
    listing,
    policies,
    tagging,
    time_to_live,
)
from homeport.aws.dynamodb.tables.background import resume
from homeport.aws.dynamodb.tables.updating import update as update_table
from homeport.aws.protocol.call import Call, Params, Result, Service

Function = Callable[[DynamoDb, Call, Params], Result | Awaitable[Result]]

TABLE: dict[str, Function] = {
    **backups.TABLE,
    "BatchExecuteStatement": batch.batch_execute_statement,
    "BatchGetItem": batch_get.batch_get_item,
    "BatchWriteItem": batch_write.batch_write_item,
    "CreateTable": create.create_table,
    "DeleteItem": delete.delete_item,
    "DeleteResourcePolicy": policies.delete_resource_policy,
    "DeleteTable": deleting.delete_table,
    "DescribeEndpoints": account.describe_endpoints,
    "DescribeLimits": account.describe_limits,
    "DescribeTable": describe.describe_table,
    "DescribeTimeToLive": time_to_live.describe_time_to_live,
    "ExecuteStatement": execute.execute_statement,
    "ExecuteTransaction": transaction.execute_transaction,
    "GetItem": get.get_item,
    "GetResourcePolicy": policies.get_resource_policy,
    "ListTables": listing.list_tables,
    "ListTagsOfResource": tagging.list_tags_of_resource,
    "PutItem": put.put_item,
    "PutResourcePolicy": policies.put_resource_policy,
    "Query": query.query,
    "Scan": scan.scan,
    "TagResource": tagging.tag_resource,
    "TransactGetItems": get_items.transact_get_items,
    "TransactWriteItems": write_items.transact_write_items,
    "UntagResource": tagging.untag_resource,
    "UpdateItem": update.update_item,
    "UpdateTable": update_table.update_table,
    "UpdateTimeToLive": time_to_live.update_time_to_live,
}


def service(dynamodb: DynamoDb) -> Service:
    """DynamoDB for the dispatcher; goes on with what an earlier process left unfinished."""
    resume.resume(dynamodb)
    backups_resume.resume(dynamodb)
    return Service(
        "dynamodb",
        {name: checked("dynamodb", name, work, dynamodb) for name, work in TABLE.items()},
        before=wire.begin,
        after=wire.finish,
    )
