"""Expressions: one grammar and one parser for conditions, filters, updates, projections and key conditions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html

A text becomes a tree of `nodes` (`lexer`, `grammar`), is checked as far as the text alone tells (`checks`) and is kept (`parse`); for a
request the tree gets the names and values that the request has for its placeholders (`placeholders`, `binding`), and is then carried out
(`evaluate`, `update`, `projecting`, `key_condition`). Legacy parameters become the same trees (`legacy`). Operations start at `requests`.
"""
