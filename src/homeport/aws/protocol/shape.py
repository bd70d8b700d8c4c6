"""One shape of a model as one reference sees it: its type and its serialization traits.

https://smithy.io/2.0/spec/protocol-traits.html names the traits, botocore's model.py the keys.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Protocol


class Resolver(Protocol):
    """Who knows the other shapes of the model."""

    def shape(self, reference: dict[str, Any]) -> Shape:
        """What a reference points to."""


class Shape:
    """A type with the traits of the reference that led to it. Members are resolved when first asked for."""

    def __init__(self, name: str, traits: dict[str, Any], resolver: Resolver) -> None:
        self.name = name
        self.traits = traits
        self._resolver = resolver
        self.type: str = traits["type"]
        self.location: str | None = traits.get("location")
        """`uri`, `querystring`, `header`, `headers` (a prefix), `statusCode`; None is the body."""
        self.location_name: str | None = traits.get("locationName")
        self.timestamp_format: str | None = traits.get("timestampFormat")
        self.is_flattened: bool = bool(traits.get("flattened"))
        self.is_streaming: bool = bool(traits.get("streaming"))
        self.is_event_stream: bool = bool(traits.get("eventstream"))
        self.is_document: bool = bool(traits.get("document"))
        self.is_union: bool = bool(traits.get("union"))
        self.is_json_value: bool = bool(traits.get("jsonvalue"))
        self.is_xml_attribute: bool = bool(traits.get("xmlAttribute"))
        self.required: tuple[str, ...] = tuple(traits.get("required", ()))

        self.is_in_request_body: bool = self.location is None or self.location == "statusCode"
        self.is_in_response_body: bool = self.location in (None, "uri", "querystring")
        """Locations that only requests know do not count in a response:
        https://smithy.io/2.0/spec/http-bindings.html#httpquery-is-only-used-on-input"""

    @cached_property
    def members(self) -> dict[str, Shape]:
        """The members of a structure, by name, in the model's order."""
        resolve = self._resolver.shape
        return {name: resolve(ref) for name, ref in self.traits.get("members", {}).items()}

    @cached_property
    def member(self) -> Shape:
        """The items of a list."""
        return self._resolver.shape(self.traits["member"])

    @cached_property
    def key(self) -> Shape:
        """The keys of a map."""
        return self._resolver.shape(self.traits["key"])

    @cached_property
    def value(self) -> Shape:
        """The values of a map."""
        return self._resolver.shape(self.traits["value"])

    @property
    def payload(self) -> str | None:
        """The name of the member that is the whole body, if there is one."""
        return self.traits.get("payload")

    @cached_property
    def payload_member(self) -> Shape | None:
        """The member that is the whole body."""
        return self.members[self.payload] if self.payload is not None else None

    @property
    def xml_namespace(self) -> tuple[str, str] | None:
        """The attribute (`xmlns` or `xmlns:prefix`) and its URI."""
        raw = self.traits.get("xmlNamespace")
        if not raw:
            return None
        if isinstance(raw, str):
            return "xmlns", raw
        prefix = raw.get("prefix")
        return (f"xmlns:{prefix}" if prefix else "xmlns"), raw["uri"]

    @property
    def error_code(self) -> str:
        """The code of an error shape on the wire of the query and XML protocols."""
        return str(self.traits.get("error", {}).get("code", self.name))

    @property
    def error_status(self) -> int | None:
        """The HTTP status of an error shape, where the model says it."""
        status = self.traits.get("error", {}).get("httpStatusCode")
        return None if status is None else int(status)

    @property
    def is_sender_fault(self) -> bool:
        """Whether an error shape blames the client (`Sender`) or the service (`Receiver`)."""
        error = self.traits.get("error", {})
        return bool(error.get("senderFault", not self.traits.get("fault")))

    def __repr__(self) -> str:
        return f"<{self.type} {self.name}>"
