"""ExecuteStatement.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html

What is wrong with a statement is told before anything about its table (recorded: see `errors`), and the parameters before both.
"""

from __future__ import annotations

from collections.abc import Awaitable

from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.items import action as actions
from homeport.aws.dynamodb.items import answers, capacity
from homeport.aws.dynamodb.partiql import errors, paging, reads, values, writes
from homeport.aws.dynamodb.partiql.errors import Refused
from homeport.aws.dynamodb.partiql.language import statements
from homeport.aws.dynamodb.partiql.language.syntax import (
    Call as FunctionCall,
)
from homeport.aws.dynamodb.partiql.language.syntax import (
    Delete,
    Expression,
    Insert,
    Is,
    Literal,
    Operation,
    Other,
    Select,
    Update,
)
from homeport.aws.dynamodb.partiql.reads import Selection
from homeport.aws.dynamodb.partiql.writes import Write
from homeport.aws.dynamodb.values.attribute import Value
from homeport.aws.protocol.call import AwsError, Call, Output, Params, Result
from homeport.aws.protocol.values.json_writer import dump


def execute_statement(dynamodb: DynamoDb, call: Call, params: Params) -> Result | Awaitable[Result]:
    """Carries out one statement: one page of a SELECT, or one write."""
    statement: str = params["Statement"]
    try:
        understood = understand(dynamodb, call, statement, params.get("Parameters"))
        if isinstance(understood, Selection):
            return paging.execute(dynamodb, call, understood, params)
        table = dynamodb.tables.of(call, understood.table)
        on_failure = params.get("ReturnValuesOnConditionCheckFailure", "NONE")
        action = understood.action(table, on_failure)
    except Refused as refused:
        raise refused.within(statement) from None
    return _write(dynamodb, understood, action, params.get("ReturnConsumedCapacity"))


async def _write(
    dynamodb: DynamoDb, write: Write, action: actions.Action, mode: str | None
) -> Output:
    try:
        done = await actions.carry_out(dynamodb, action)
    except AwsError as error:
        raise write.failed(error) from None
    returned = write.returned(done)
    pieces = [b'"Items":[' + (b"" if returned is None else dump(returned)) + b"]"]
    consumed = capacity.consumed(mode, action.table, answers.units(done), done.index_units)
    if consumed is not None:
        pieces.append(b'"ConsumedCapacity":' + dump(consumed))
    return Output(json=b"{" + b",".join(pieces) + b"}")


def understand(
    dynamodb: DynamoDb, call: Call, statement: str, wire: list[Value] | None
) -> Selection | Write:
    """What a statement asks for. Raises Refused and ValidationException."""
    given = values.parameters(wire)
    return of_tree(dynamodb, call, read(statement, given), given)


def read(statement: str, given: list[Value]) -> Expression:
    """The tree of a statement with as many question marks as there are parameters. Raises Refused."""
    parsed = statements.parse(statement)
    if parsed.parameters != len(given):
        raise Refused(errors.PARAMETER_COUNT)
    return parsed.tree


def of_tree(
    dynamodb: DynamoDb, call: Call, tree: Expression, given: list[Value]
) -> Selection | Write:
    """What the tree of a statement asks for."""
    if isinstance(tree, Select):
        reads.check_index(dynamodb, call, reads.source(tree))
        return reads.selection(tree, given)
    if isinstance(tree, Insert | Update | Delete):
        return writes.write(tree, given)
    if isinstance(tree, Operation | FunctionCall):
        raise Refused(errors.EXISTS_OUTSIDE)
    raise Refused(errors.UNSUPPORTED_OPERATION + name_of(tree))


def name_of(tree: Expression) -> str:
    """What AWS calls an expression that stands alone."""
    if isinstance(tree, Is):
        return "IsType"
    if isinstance(tree, Literal):
        return "LiteralMissing" if tree.kind == "missing" else "Literal"
    return tree.name if isinstance(tree, Other) else values.CLASSES.get(type(tree), "Select")
