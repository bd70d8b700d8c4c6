"""Events and answers, between JSON and what handlers take and give."""

from __future__ import annotations

import json
import marshal
import sys

from .errors import Fault

TYPE_CHECKING = False  # the module that defines it takes longer to load than all of this
if TYPE_CHECKING:
    from decimal import Decimal
    from typing import Any

_UNTIL_ASCII = 12
"""Since Python 3.12, answers hold characters as they are: https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html"""


class Encoder(json.JSONEncoder):
    """As AWS's: decimal numbers are numbers, with all their digits, and bytes are text."""

    def __init__(self) -> None:
        super().__init__(ensure_ascii=sys.version_info < (3, _UNTIL_ASCII))
        self.numbers: dict[str, str] = {}

    def default(self, o: object) -> object:
        """Stands something in for what JSON has not."""
        if isinstance(o, bytes):
            return o.decode()
        if "decimal" in sys.modules and isinstance(o, sys.modules["decimal"].Decimal):
            return self._kept(o)
        return super().default(o)

    def _kept(self, number: Decimal) -> object:
        if number.is_nan():
            return float("nan")
        mark = f"\x00{id(self)}.{len(self.numbers)}\x00"
        self.numbers[self.encode(mark)] = str(number)
        return mark


def encode(value: Any) -> bytes:
    """The JSON of a value."""
    encoder = Encoder()
    try:
        marshal.dumps(value)  # a fast look: it refuses all but Python's own kinds, named tuples too
    except ValueError:
        value = _with_names(value, ())
    text = encoder.encode(value)
    for mark, number in encoder.numbers.items():
        text = text.replace(mark, number, 1)
    return text.encode("utf-8", "surrogatepass")


def _with_names(value: object, around: tuple[int, ...]) -> object:
    """The same with named tuples as objects, as AWS's encoder has them."""
    if id(value) in around:
        return value  # the encoder says what is wrong with it
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: _with_names(held, (*around, id(value))) for key, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_names(held, (*around, id(value))) for held in value]
    return value


def encoded_answer(answer: object) -> tuple[bytes, str]:
    """The body of an answer, and its type."""
    if isinstance(answer, bytes):
        return answer, "application/unknown"
    try:
        return encode(answer), "application/json"
    except Exception as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def decoded_event(body: bytes) -> object:
    """What a handler gets for the body of an event."""
    try:
        return json.loads(body)
    except ValueError as error:
        raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from error
