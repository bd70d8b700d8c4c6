"""A value on the wire that is not what the model says."""

from __future__ import annotations


class Mismatch(ValueError):
    """Malformed or of the wrong type. The codec turns it into its protocol's own error."""

    def __init__(
        self, text: str, *, member: str = "", value: str = "", is_syntax: bool = False
    ) -> None:
        super().__init__(text)
        self.text = text
        self.is_syntax = is_syntax
        """Whether the body could not be read at all."""
        self.member = member
        """Wire name of the header or query parameter, where one is to blame."""
        self.value = value
