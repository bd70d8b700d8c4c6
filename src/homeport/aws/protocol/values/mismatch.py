"""A value on the wire that is not what the model says."""

from __future__ import annotations


class Mismatch(ValueError):
    """Malformed or of the wrong type. The codec turns it into its protocol's own error."""

    def __init__(self, text: str, *, member: str = "", value: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.member = member
        """Wire name of the header or query parameter, where one is to blame."""
        self.value = value
