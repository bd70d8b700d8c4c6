"""A service as botocore's packaged model describes it: operations, shapes, protocols, errors.

The files are read without botocore's own loader, which would cost more memory and time than all of them. The format:
https://botocore.amazonaws.com/v1/documentation/api/latest/reference/loaders.html
"""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from importlib import util
from pathlib import Path
from typing import Any

from homeport.aws.protocol import corrections
from homeport.aws.protocol.shape import Shape
from homeport.errors import HomeportError

Raw = dict[str, Any]


class UnknownService(HomeportError):
    """No packaged model has this name."""


class OperationModel:
    """One operation: how it is reached, what goes in, what comes out, and what can go wrong."""

    def __init__(self, service: ServiceModel, name: str, raw: Raw) -> None:
        self.service = service
        self.name = name
        self.raw = raw
        http = raw.get("http", {})
        self.method: str = http.get("method", "POST")
        self.uri: str = http.get("requestUri", "/")
        self.status: int = http.get("responseCode", 200)
        self.is_deprecated: bool = bool(raw.get("deprecated"))

    @cached_property
    def input(self) -> Shape | None:
        """The structure of the parameters; None where the operation takes none."""
        return self.service.shape(self.raw["input"]) if "input" in self.raw else None

    @cached_property
    def output(self) -> Shape | None:
        """The structure of the result; None where the operation gives none."""
        return self.service.shape(self.raw["output"]) if "output" in self.raw else None

    @cached_property
    def has_streaming_input(self) -> bool:
        """Whether the body is a blob that is handed on as a stream and never read whole."""
        payload = self.input.payload_member if self.input is not None else None
        return payload is not None and payload.type == "blob" and payload.is_streaming

    @cached_property
    def has_event_stream(self) -> bool:
        """Whether it answers, or is sent, an event stream, which is not spoken here yet."""
        return any(
            member.is_event_stream
            for shape in (self.input, self.output)
            if shape is not None
            for member in shape.members.values()
        )

    def __repr__(self) -> str:
        return f"<operation {self.service.name}.{self.name}>"


class Operations(Mapping[str, OperationModel]):
    """The operations of a service by name, each made when it is first asked for."""

    def __init__(self, service: ServiceModel, raw: Mapping[str, Raw]) -> None:
        self._service = service
        self._raw = raw
        self._made: dict[str, OperationModel] = {}

    def __getitem__(self, name: str) -> OperationModel:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = OperationModel(self._service, name, self._raw[name])
        return made

    def __contains__(self, name: object) -> bool:
        return name in self._raw

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


class ServiceModel:
    """One service, read from its model. What a protocol sees differently is in `for_protocol`."""

    def __init__(self, name: str, raw: Raw, *, overlays: Mapping[str, Raw] | None = None) -> None:
        metadata = raw["metadata"]
        self.name = name
        self.raw = raw
        self.metadata: Raw = metadata
        self._overlays = dict(overlays or {})
        listed = metadata.get("protocols") or [metadata["protocol"]]
        self.protocols: tuple[str, ...] = tuple(dict.fromkeys([*listed, *self._overlays]))
        """All protocols it is reached by; the first is the one that its own clients prefer."""
        self.api_version: str = metadata.get("apiVersion", "")
        self.target_prefix: str = metadata.get("targetPrefix", "")
        self.json_version: str = metadata.get("jsonVersion", "1.0")
        self.endpoint_prefix: str = metadata.get("endpointPrefix", name)
        self.signing_name: str = metadata.get("signingName") or self.endpoint_prefix
        self.is_query_compatible: bool = "awsQueryCompatible" in metadata
        """Whether json errors carry the codes of the query protocol in `x-amzn-query-error`."""
        self.xml_namespace: str = metadata.get("xmlNamespace", "")
        self.operations: Mapping[str, OperationModel] = Operations(self, raw["operations"])

    def operation(self, name: str) -> OperationModel:
        """The operation of this name. Raises KeyError."""
        return self.operations[name]

    def shape(self, reference: Raw) -> Shape:
        """What a reference points to, with the reference's own traits laid over the shape's."""
        return Shape(
            reference["shape"], {**self.raw["shapes"][reference["shape"]], **reference}, self
        )

    @cached_property
    def errors(self) -> dict[str, Shape]:
        """The error shapes, by shape name and by the code that they have on the wire."""
        found: dict[str, Shape] = {}
        for name, raw in self.raw["shapes"].items():
            if raw.get("exception"):
                shape = self.shape({"shape": name})
                found[name] = shape
                found.setdefault(shape.error_code, shape)
        return found

    @cache  # noqa: B019  a service model lives as long as the process
    def for_protocol(self, protocol: str) -> ServiceModel:
        """The service as clients of this protocol know it: the same names, other locations."""
        overlay = self._overlays.get(protocol)
        if overlay is None:
            return self
        return ServiceModel(self.name, corrections.merge(copy.deepcopy(self.raw), overlay))


@cache
def load(name: str) -> ServiceModel:
    """The newest model of a service by its botocore name, corrected. Raises `UnknownService`."""
    raw = json.loads(gzip.decompress(_path(name).read_bytes()), object_hook=_drop_documentation)
    patch = corrections.of(name)
    return ServiceModel(name, corrections.merge(raw, patch.all), overlays=patch.protocols)


def _path(name: str) -> Path:
    # The package is found, not imported: only its data is wanted.
    spec = util.find_spec("botocore")
    for folder in (spec and spec.submodule_search_locations) or ():
        found = sorted((Path(folder) / "data" / name).glob("*/service-2.json.gz"))
        if found:
            return found[-1]
    raise UnknownService(
        f"There is no service model named {name!r}.",
        hint="Names are those of the AWS CLI: s3, sqs, sns, dynamodb, lambda.",
    )


def _drop_documentation(raw: Raw) -> Raw:
    # A member may be named `documentation` too; then it is a reference, not a text.
    if type(raw.get("documentation")) is str:
        del raw["documentation"]
    return raw
