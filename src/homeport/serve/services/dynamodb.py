"""DynamoDB and its streams, opened. Loaded while the cloud already answers: its modules take as long to load as all the others."""

from __future__ import annotations

from homeport.aws.delivery.objects import S3Objects
from homeport.aws.dynamodb import operations
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import tables
from homeport.aws.dynamodb.streams import operations as streams_operations
from homeport.serve.opening import Opening


async def open(opening: Opening) -> None:  # noqa: A001 - `dynamodb.open`
    """Opens the tables; exports and imports go to the S3 that was opened before."""
    objects = S3Objects(opening.invoker)
    dynamodb = DynamoDb.open(opening.folder, opening.clock, objects=objects, quota=opening.quota)
    opening.opened.push_async_callback(dynamodb.close)
    opening.dynamodb = dynamodb
    opening.add(operations.service(dynamodb), streams_operations.service(dynamodb))
    opening.scopes.add("dynamodb", dynamodb.db, tables.SCOPES)
