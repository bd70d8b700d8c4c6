"""Limits of attribute values, each with its page."""

from __future__ import annotations

NUMBER_DIGITS = 38
NUMBER_MAGNITUDES = range(-130, 126)
"""Of a number's first digit, as the power of ten. Both:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number"""
NESTING = 32
"""Levels of a document: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-attributes"""
NAME_SIZE = 65_535
"""Bytes of an attribute name: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-naming-rules"""
