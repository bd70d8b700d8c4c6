"""INSERT, UPDATE, DELETE, and the EXISTS of transactions: each for one item.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.statements.html
"""

from __future__ import annotations

from dataclasses import dataclass

from homeport.aws.dynamodb import errors as dynamodb_errors
from homeport.aws.dynamodb import limits
from homeport.aws.dynamodb.expressions import key_use, nodes
from homeport.aws.dynamodb.expressions import update as updates
from homeport.aws.dynamodb.expressions.nodes import Node
from homeport.aws.dynamodb.expressions.update import Update as Changes
from homeport.aws.dynamodb.items import action as actions
from homeport.aws.dynamodb.items.action import Action, Done
from homeport.aws.dynamodb.items.change import After
from homeport.aws.dynamodb.partiql import conditions, errors, paths, planning, values
from homeport.aws.dynamodb.partiql import updates as translating
from homeport.aws.dynamodb.partiql.errors import Refused
from homeport.aws.dynamodb.partiql.language.syntax import Delete, Expression, Insert, Struct, Update
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.values.attribute import Item, Value
from homeport.aws.protocol.call import AwsError

INSERT, UPDATE, DELETE, CHECK = "INSERT", "UPDATE", "DELETE", "EXISTS"


@dataclass(frozen=True, slots=True)
class Write:
    """A statement that writes, as far as it can be understood without its table."""

    kind: str
    table: str
    item: Item | None = None
    changes: Changes | None = None
    where: Node | None = None
    returning: str | None = None

    def action(self, table: Table, on_failure: str = "NONE") -> Action:
        """What to do in the table. Raises Refused and ValidationException."""
        if self.item is not None:
            _check_key(table, self.item)
            return self.put(table)
        key_use.check_paths(table, self.where)
        return self.change(table, *planning.key_of(table, self.where), on_failure)

    def transacted(self, table: Table, on_failure: str) -> Action:
        """What to do in a transaction, which says it in other words where the key is none of the table.

        https://github.com/floci-io/floci/pull/3798 (`cancelsATransactionWhoseWriteDoesNotNameOneItem`)
        """
        if self.item is not None:
            return self.put(table)
        if self.kind == CHECK:
            return self.check(table, on_failure)
        key, rest = planning.equalities(table, self.where)
        return self.change(table, key, rest, on_failure)

    def put(self, table: Table) -> Action:
        """An INSERT."""
        after = After(self.item or {})
        if after.stored.size > limits.ITEM_SIZE:
            raise dynamodb_errors.VALIDATION(actions.TOO_LARGE)
        return actions.of_put(table, after, nodes.Function("attribute_not_exists", _own(table)))

    def change(self, table: Table, key: Item, rest: Node | None, on_failure: str) -> Action:
        """An UPDATE or DELETE of the item of a key under a further condition."""
        if self.changes is None:
            # What is not there is not deleted, whatever else is asked of it (recorded).
            absent = nodes.Function("attribute_not_exists", _own(table))
            unless = None if rest is None else nodes.Or((absent, rest))
            return actions.of_delete(table, key, unless, on_failure)
        # An UPDATE makes no item (recorded).
        present = nodes.Function("attribute_exists", _own(table))
        condition: Node = present if rest is None else nodes.And((present, rest))
        return actions.of_update(table, key, self.changes, condition, on_failure)

    def check(self, table: Table, on_failure: str) -> Action:
        """An EXISTS: an item that is there, and a further condition that it must meet."""
        key, rest = planning.equalities(table, self.where, is_first_enough=True)
        if len(key) != len(table.keys.names) or rest is None:
            raise Refused(errors.EXISTS_ALONE)
        present = nodes.Function("attribute_exists", _own(table))
        return actions.of_check(table, key, nodes.And((present, rest)), on_failure)

    def failed(self, error: AwsError) -> AwsError:
        """The error of a write that failed, as the statement says it."""
        if self.kind == INSERT and error.code == dynamodb_errors.CONDITION_FAILED.code:
            return errors.DUPLICATE_ITEM()
        return error

    def returned(self, done: Done) -> Item | None:
        """What the statement returns; None for nothing."""
        old, new = done.before.item, None if done.after is None else done.after.item
        if self.returning == "all_old":
            return old
        if self.returning == "all_new":
            return new
        if self.changes is None or self.returning is None:
            return None
        item = old if self.returning == "modified_old" else new
        # https://github.com/nubo-db/dynoxide/blob/main/src/partiql/executor.rs (`project_modified`)
        return updates.updated(self.changes, item or {}) or None


def write(statement: Insert | Update | Delete, given: list[Value]) -> Write:
    """Understands a statement. Raises Refused."""
    if isinstance(statement, Insert):
        table = paths.target(statement.target)
        if statement.flaw is not None:
            raise Refused(*statement.flaw)
        if not isinstance(statement.value, Struct):
            raise Refused(errors.INSERT_VALUE, statement.value.place)
        return Write(INSERT, table, item=values.item(statement.value, given))
    if statement.flaw is not None:
        raise Refused(*statement.flaw)
    source = paths.source(statement.target)
    if source.index_name is not None:
        raise Refused(errors.ON_INDEX)
    if isinstance(statement, Delete):
        if statement.returning not in (None, "all_old"):
            shown = f"{(statement.returning or '').replace('_', ' ').upper()} *"
            raise Refused(errors.RETURNING_OF_DELETE.format(shown))
        where = _where(statement.where, given)
        return Write(DELETE, source.table, where=where, returning=statement.returning)
    changes = translating.update(statement.assignments, given)
    where = _where(statement.where, given)
    return Write(UPDATE, source.table, changes=changes, where=where, returning=statement.returning)


def _where(expression: Expression | None, given: list[Value]) -> Node | None:
    return None if expression is None else conditions.where(expression, given)


def _check_key(table: Table, item: Item) -> None:
    for name in table.keys.names:
        value = item.get(name)
        if value is None:
            raise Refused(errors.KEY_ABSENT.format(name))
        if table.types[name] not in value:
            raise Refused(errors.KEY_TYPE.format(name))


def _own(table: Table) -> tuple[nodes.Path]:
    """What every item has."""
    return (nodes.Path((table.keys.partition[0],)),)
