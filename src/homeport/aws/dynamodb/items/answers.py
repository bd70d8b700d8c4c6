"""The answers to writes of one item: what ReturnValues asks for, and what was consumed."""

from __future__ import annotations

from homeport.aws.dynamodb.constraints import depth
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.expressions import update as updates
from homeport.aws.dynamodb.expressions.projecting import Projection, project
from homeport.aws.dynamodb.expressions.update import Update
from homeport.aws.dynamodb.items import action as actions
from homeport.aws.dynamodb.items import capacity, collections
from homeport.aws.dynamodb.items.action import Action, Done
from homeport.aws.dynamodb.values import text
from homeport.aws.dynamodb.values.attribute import Item
from homeport.aws.dynamodb.values.invalid import Invalid
from homeport.aws.protocol.call import AwsError, Output, Params
from homeport.aws.protocol.values.json_writer import dump

NOTHING = Output(json=b"{}")
"""Never changed."""
ONLY_OLD = "ReturnValues can only be ALL_OLD or NONE"
"""https://github.com/architect/dynalite/blob/main/validations/putItem.js"""


def check_return_values(params: Params) -> None:
    """Raises ValidationException where a put or deletion is asked for what it has not."""
    if params.get("ReturnValues", "NONE") not in ("NONE", "ALL_OLD"):
        raise Invalid(ONLY_OLD)


def refusal(wrong: Invalid, params: Params) -> AwsError:
    """The error of a write of one item: in an envelope, unless values nest so deep that the older framework reads them.

    https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/validation-ordering/deepRequests.test.ts
    """
    return wrong if depth.is_beyond_newer(params) else wrong.enveloped()


def on_failure(params: Params) -> str:
    """What a failed condition answers: `ALL_OLD` or `NONE`."""
    wanted: str = params.get("ReturnValuesOnConditionCheckFailure", "NONE")
    return wanted


async def carried_out(dynamodb: DynamoDb, action: Action, params: Params) -> Output:
    """Does an action, and answers as its request asks once that is durable."""
    done = await actions.carry_out(dynamodb, action)
    pieces = []
    wanted = params.get("ReturnValues", "NONE")
    if wanted != "NONE":
        attributes = _attributes(wanted, action, done)
        if attributes is not None:
            pieces.append(b'"Attributes":' + attributes)
    mode = params.get("ReturnConsumedCapacity")
    if capacity.is_asked_for(mode):
        consumed = capacity.consumed(
            mode, action.table, units(done), done.index_units, name=params["TableName"]
        )
        pieces.append(b'"ConsumedCapacity":' + dump(consumed))
    if collections.is_asked_for(params):
        metrics = await collections.metrics(dynamodb, action.table, action.key_item)
        if metrics is not None:
            pieces.append(b'"ItemCollectionMetrics":' + dump(metrics))
    return Output(json=b"{" + b",".join(pieces) + b"}") if pieces else NOTHING


def units(done: Done) -> float:
    """The write units of the table itself."""
    old, new = done.before.stored, None if done.after is None else done.after.stored
    return capacity.write_units(
        None if old is None else old.size, None if new is None else new.size
    )


def _attributes(wanted: str, action: Action, done: Done) -> bytes | None:
    """The member `Attributes`; None where there is nothing to tell.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html#DDB-UpdateItem-request-ReturnValues
    """
    old = done.before.stored
    if wanted == "ALL_OLD":
        return None if old is None else old.text
    if done.after is None:
        return None
    if wanted == "ALL_NEW":
        return done.after.stored.text
    return _updated(wanted, action.update, done.before.item or {}, done.after.item)


def _updated(wanted: str, update: Update | None, before: Item, after: Item) -> bytes | None:
    if update is None:
        return None
    part = updates.updated(update, before if wanted == "UPDATED_OLD" else after)
    return text.dump(part) if part else None


def projected(projection: Projection | None, stored: bytes) -> bytes:
    """What a projection wants of a stored item; without one all of it, unread."""
    return stored if projection is None else text.dump(project(projection, text.load(stored)))
