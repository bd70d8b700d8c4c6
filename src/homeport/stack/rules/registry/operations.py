"""Every operation of a registry, in an order in which each finds what it needs.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints
"""

from __future__ import annotations

from typing import NamedTuple


class Operation(NamedTuple):
    """One operation, asked with a right password."""

    name: str
    method: str
    path: str
    """With `{repository}`, `{other}`, `{blob}`, `{manifest}`, `{tag}`; `{upload}` is where the last upload goes on."""
    answers: tuple[int, ...]
    """The statuses with which it succeeds."""
    sends: str = ""
    """`blob` or `manifest`: the body."""


_BASE = "/v2/{repository}"

ALL = (
    Operation("end-1: is it a registry", "GET", "/v2/", (200,)),
    Operation("end-4a: begin an upload", "POST", f"{_BASE}/blobs/uploads/", (202,)),
    Operation("end-5: send a part", "PATCH", "{upload}", (202,), "blob"),
    Operation("end-13: ask how far an upload is", "GET", "{upload}", (204,)),
    Operation("end-6: end an upload", "PUT", "{upload}?digest={blob}", (201,)),
    Operation("end-4a: begin another upload", "POST", f"{_BASE}/blobs/uploads/", (202,)),
    Operation("end-14: give an upload up", "DELETE", "{upload}", (204,)),
    Operation("end-2: look at a blob", "HEAD", f"{_BASE}/blobs/{{blob}}", (200,)),
    Operation("end-2: get a blob", "GET", f"{_BASE}/blobs/{{blob}}", (200,)),
    Operation(
        "end-11: mount a blob",
        "POST",
        "/v2/{other}/blobs/uploads/?mount={blob}&from={repository}",
        (201,),
    ),
    Operation(
        "end-7: put a manifest", "PUT", f"{_BASE}/manifests/{{tag}}", (201,), sends="manifest"
    ),
    Operation("end-3: look at a manifest", "HEAD", f"{_BASE}/manifests/{{tag}}", (200,)),
    Operation("end-3: get a manifest", "GET", f"{_BASE}/manifests/{{tag}}", (200,)),
    Operation("end-8a: list tags", "GET", f"{_BASE}/tags/list", (200,)),
    # registry:2 has no referrers: clients take 404 for that it does not know them.
    # https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#unavailable-referrers-api
    Operation("end-12a: list referrers", "GET", f"{_BASE}/referrers/{{manifest}}", (200, 404)),
    # https://distribution.github.io/distribution/spec/api/#listing-repositories
    Operation("catalog", "GET", "/v2/_catalog", (200,)),
    Operation("end-9: delete a manifest", "DELETE", f"{_BASE}/manifests/{{manifest}}", (202,)),
    Operation("end-10: delete a blob", "DELETE", f"{_BASE}/blobs/{{blob}}", (202,)),
    Operation("end-10: delete the mounted blob", "DELETE", "/v2/{other}/blobs/{blob}", (202,)),
)
