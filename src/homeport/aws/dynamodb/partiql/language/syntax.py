"""What a PartiQL statement says: the tree that the parser makes."""

from __future__ import annotations

from dataclasses import dataclass

from homeport.aws.dynamodb.partiql.errors import Place


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, a number (as written), `true`, `false`, `null` or a literal of Amazon Ion."""

    place: Place
    kind: str
    """`string`, `number`, `bool`, `null`, `missing` or `ion`."""
    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """The name of an attribute or table."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A question mark."""

    place: Place
    number: int
    """From 0."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: `.name`, `[expression]`, or a wildcard `.*` or `[*]`."""

    place: Place
    name: str | None = None
    index: Expression | None = None
    is_every_element: bool = False
    """`[*]`."""


@dataclass(frozen=True, slots=True)
class Path:
    """A document path of at least one step."""

    place: Place
    root: Expression
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list `[...]` or `(..., ...)`, or a bag `<<...>>`, which is a set."""

    place: Place
    is_bag: bool
    members: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Struct:
    """A map."""

    place: Place
    members: tuple[tuple[Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator and its operands; `and` and `or` have two or more."""

    place: Place
    operator: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Is:
    """A test of the type of something."""

    place: Place
    operand: Expression
    type_name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    place: Place
    function: str
    """In lower case."""
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """What the parser reads and DynamoDB has no use for: CAST, CASE, aggregates, CREATE TABLE and so on."""

    place: Place
    name: str
    """As AWS calls it where it stands alone."""
    word: str
    """As AWS calls it in an expression."""


@dataclass(frozen=True, slots=True)
class Ordering:
    """One term of ORDER BY."""

    term: Expression
    is_descending: bool


@dataclass(frozen=True, slots=True)
class Select:
    """A SELECT."""

    place: Place
    columns: tuple[Expression, ...] | None
    """None for `*`."""
    source: Expression
    where: Expression | None
    orderings: tuple[Ordering, ...]
    flaw: tuple[str, Place | None] | None
    """The message about something that was read and is not supported, and where it stands."""


@dataclass(frozen=True, slots=True)
class Insert:
    """INSERT INTO ... VALUE."""

    place: Place
    target: Expression
    value: Expression
    flaw: tuple[str, Place | None] | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """One target of SET (with a value) or REMOVE."""

    target: Expression
    value: Expression | None


@dataclass(frozen=True, slots=True)
class Update:
    """UPDATE, in either order of its clauses."""

    place: Place
    target: Expression
    assignments: tuple[Assignment, ...]
    where: Expression | None
    returning: str | None
    """`all_old`, `all_new`, `modified_old` or `modified_new`."""
    flaw: tuple[str, Place | None] | None


@dataclass(frozen=True, slots=True)
class Delete:
    """DELETE."""

    place: Place
    target: Expression
    where: Expression | None
    returning: str | None
    flaw: tuple[str, Place | None] | None


Statement = Select | Insert | Update | Delete
Expression = (
    Literal
    | Name
    | Parameter
    | Path
    | Sequence
    | Struct
    | Operation
    | Is
    | Call
    | Other
    | Select
    | Insert
    | Update
    | Delete
)
