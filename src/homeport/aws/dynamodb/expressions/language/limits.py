"""Limits of expressions, each with its page.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters
"""

from __future__ import annotations

TEXT_SIZE = 4096
"""Bytes of an expression: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters"""
PLACEHOLDER_SIZE = 255
"""Bytes of `#name` or `:value`, same page."""
OPERATORS = 300
"""Operators and functions of one expression, same page ("Operators and Operands")."""
IN_OPERANDS = 100
"""Same page."""
PATH_DEPTH = 32
"""Parts of a document path: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-attributes"""
INDEX = 2**31 - 1
"""The last index of a list that can be named."""
NESTING = 150
"""Groups and functions within each other. Ours, for the stack; the limits above leave sensible conditions far below it."""
