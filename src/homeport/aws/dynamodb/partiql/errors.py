"""Errors of PartiQL statements: their codes and AWS's texts.

Where a text comes from: `recorded` is what the service answered to the public suite
https://github.com/paritysuite/dynamodb-conformance (tests/tier2/partiql, tests/tier3/error-messages/partiql*.test.ts), which was run against
AWS in several regions, and to the tests of https://github.com/floci-io/floci/pull/3798 (DynamoDbPartiQL*IntegrationTest.java); `parser` is the text of AWS's open parser, which the service passes on behind NOT_WELL_FORMED
(https://github.com/partiql/partiql-lang-kotlin, lang/src/org/partiql/lang/syntax/SqlParser.kt); `tool` is what AWS's own
downloadable version answers (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.html).
"""

from __future__ import annotations

from homeport.aws.dynamodb import errors
from homeport.aws.protocol.call import AwsError, ErrorKind

DUPLICATE_ITEM = ErrorKind("DuplicateItemException", 400, "Duplicate primary key exists in table")
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html#API_ExecuteStatement_Errors"""

# Recorded, about statements.
NOT_WELL_FORMED = "Statement wasn't well formed, can't be processed: "
ALIASING = "Aliasing is not supported"
PATH_COMPONENT = "Unexpected path component"
UNKNOWN_FUNCTION = "Unrecognized function: "
UNSUPPORTED_OPERATION = "Unsupported operation: "
DML_SOURCE = "FROM clause may only contain a single table name in data manipulation statements"
ON_INDEX = "This operation is not supported on an index"
RETURNING_OF_DELETE = (
    "Invalid returning clause: RETURNING {}. Only RETURNING ALL OLD * is allowed in DELETE "
    "statements."
)
NO_INDEX = "The table does not have the specified index"
MULTIPLE_ATTRIBUTES = (
    "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or "
    "multi-attribute RANGE keys."
)
INCOMPLETE_KEY = "Where clause does not contain a mandatory equality on all key attributes"
TOO_MANY_READS = "Too many decomposed read operations for a given query."
OVERLAPPING = "Overlapping conditions with range keys are not supported in where clause"
NOT_PROJECTED = (
    "One or more parameter values were invalid: Global secondary index {} does not project [{}]"
)
FILTER_NOT_PROJECTED = (
    "One or more parameter values were invalid: Secondary index {} does not project one or more "
    "filter attributes: [{}]"
)
CONSISTENT_ON_GSI = "Strongly consistent read is not supported on Global Secondary Indexes"
NEXT_INVALID = "Invalid NextToken"
NEXT_OTHER = "NextToken does not match request"

# Recorded, about values.
DATA_TYPE = "Unsupported data type: {} under key {}"
EMPTY_BAG = "Empty bags are not supported"
DUPLICATE_MEMBERS = (
    "One or more parameter values were invalid: Input collection [{}] contains duplicates."
)
DUPLICATE_NUMBERS = (
    "One or more parameter values were invalid: Input collection [{}] contains duplicates! under {}"
)
TOO_DEEP = "Nesting Levels have exceeded supported limits under {}"
SET_FIRST = "The first argument to {} must equal the assignment value"
SET_SECOND = "The second argument to {} must be a value with type SET"
SET_COUNT = "{} must have exactly two arguments"
NOT_NUMERIC = "The parameter cannot be converted to a numeric value"

# Recorded, about several statements.
IN_TRANSACTION = "Validation failed in TransactStatements[{}]: {}"
BATCH_KEY = (
    "Select statements within BatchExecuteStatement must specify the primary key in the where "
    "clause."
)
TRANSACTION_KEY = (
    "Select statements within ExecuteTransaction must specify the primary key in the where clause."
)
TRANSACTION_INDEX = "Reads on indices are not supported within transactions."
TRANSACTION_RETURNING = "RETURNING clause is not supported in ExecuteTransaction."
EXISTS_ALONE = "EXISTS() must contain a single item read with additional condition"

# Of the tool, about statements.
EXISTS_OUTSIDE = "EXISTS can only be used in ExecuteTransaction write requests."
EXISTS_ON_INDEX = "Operations on indices are not supported in transactions"
TABLE_NAME = (
    "Table name should be within the length [3, 255] and only contain 'a-z', 'A-Z', '0-9', '-', "
    "'_', '.'."
)
EMPTY_COMPONENT = "Path component cannot be an empty string"
SEVERAL_SOURCES = "Only select from a single table or index is supported."
SOURCE = "Unexpected from source"
SOURCE_PATH = "A path may contain at most 2 components in the FROM clause"
VALUE_OR_PIVOT = "Select projection doesn't support value or pivot keywords"
HIERARCHY = "Changing item's hierarchy while reading isn't supported"
CLAUSE = "Unsupported clause: "
IN_EXPRESSION = "Unsupported token in expression: "
SAME_COLUMNS = "Duplicate identifiers in select clause: "
LIST_INDEX = "List index is not within the allowable range; index: [{}]"
PARAMETER_COUNT = "Number of parameters in request and statement don't match."
INSERT_RETURNING = "RETURNING is not supported in INSERT"
INSERT_AT = "AT is not supported in insert statements."
INSERT_VALUE = (
    "Unsupported format in item expression. Please use struct format {...} to express item values "
    "for insert statement."
)
RETURNING_STAR = "Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause"
SEVERAL_RETURNING = "Invalid syntax with multiple returning elements in RETURNING clause"

# Of the tool, about conditions and updates.
NOT_BOOLEAN = "WHERE clause must contain an expression that resolves to a boolean"
LOGIC_OPERAND = "The arguments to AND/OR must be Expressions"
NOT_OPERAND = "The argument to NOT must be a Type or Expression"
IN_OPERAND = (
    "IN operator must have a left hand argument of type Variable Reference and right hand argument "
    "of type Seq with at least one member"
)
IS_TYPE = (
    "Unsupported data type for IS operator: {}. Supported data types are [MISSING, NULL, BOOLEAN, "
    "BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST]"
)
IS_OPERAND = "The left hand side argument to IS must be a Variable Reference, Literal, or Path"
IS_IN_UPDATE = "IS operator is not supported in update expressions"
MISSING_VALUE = "MISSING must be compared using IS operator"
CONDITION_OPERATOR = "Unsupported operator in Condition Expression. Operator: "
UPDATE_OPERATOR = "Unsupported operator in Update Expression. Operator: "
COUNT = (
    "Incorrect number of operands for operator or function; operator or function: {}, number of "
    "operands: {}"
)
OPERAND_TYPE = (
    "Incorrect operand type for operator or function; operator or function: {}, operand type: {}"
)
TOO_MANY_OPERATORS = "The expression contains too many operators; operator count: {}"
TYPE_NAME = (
    "Invalid attribute type name found; type: {}, valid types: {{N,BS,L,B,NULL,M,S,SS,NS,BOOL}}"
)
FUNCTION_IN_UPDATE = "The function is not allowed in an update expression; function: "
DUPLICATE_KEYS = "Duplicate keys in tuple. Key: {} under {}"
STRUCT_KEY = "Tuple keys must be of type String. Actual type: {} under {}"
ION = "Ion Literals are not supported: {} under key {}"
BAG_MEMBER = (
    "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags"
)

# Of the tool, about keys.
KEY_ABSENT = "Key attribute should be present in the item: Key {}"
KEY_TYPE = "Key attribute's data type should match its data type in table's schema: Key {}"
EMPTY_KEY = (
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
    "contain an empty {} value. Key: {}"
)
SEVERAL_KEYS = (
    "Multiple conditions on same key {}. Only single item Update/Insert/Delete are supported"
)
ORDER_WITHOUT_WHERE = "Must have WHERE clause in the statement when using ORDER BY clause."
ORDER_WITHOUT_KEY = (
    "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY "
    "clause."
)
ORDER_BY = "Attribute {} in ORDER BY clause must be part of the primary key"
ORDER_TERM = "Argument to ORDER BY must be of type VariableReference. Type: {}"
ORDER_WITHOUT_HASH = (
    "Must have hash key in ORDER BY clause when more than one hash key condition specified in "
    "WHERE clause."
)

# Of the tool, about several statements.
MIXED_BATCH = "Read and write requests together in the same batch is not supported."
SAME_ITEM_IN_BATCH = "Provided list of item keys contains duplicates"
MIXED_TRANSACTION = (
    "ExecuteTransaction API does not support both read and write operations in the same request."
)
TRANSACTION_OPERATION = "Unsupported operation in transaction."

Place = tuple[int, int]
"""Where something stands in a statement: its offset and its length, in characters."""


class Refused(Exception):
    """A statement that is refused. Becomes a ValidationException where the statement's text is known."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place

    def within(self, statement: str) -> AwsError:
        """The error for the client; a place is told as `at LINE:COLUMN:LENGTH`, each from 1."""
        if self.place is None:
            return errors.VALIDATION(self.message)
        offset, length = self.place
        line = statement.count("\n", 0, offset) + 1
        column = offset - statement.rfind("\n", 0, offset)
        return errors.VALIDATION(f"{self.message} at {line}:{column}:{length}")


def malformed(detail: str) -> Refused:
    """What the parser cannot read."""
    return Refused(NOT_WELL_FORMED + detail)
