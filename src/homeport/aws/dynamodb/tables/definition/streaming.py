"""StreamSpecification.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html; the texts:
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-442
"""

from __future__ import annotations

from homeport.aws.dynamodb.tables.definition import invalid
from homeport.aws.protocol.call import Params


def of_new_table(params: Params) -> str | None:
    """The view type of a new table's stream; None where it has no stream. Raises ValidationException."""
    given = params.get("StreamSpecification") or {"StreamEnabled": False}
    view: str | None = given.get("StreamViewType")
    if given["StreamEnabled"] and view is None:
        raise invalid.value(
            "Table is being created with a stream enabled, UpdateViewType is required"
        )
    if not given["StreamEnabled"] and view is not None:
        raise invalid.value(
            "Table is being created with a stream disabled, UpdateViewType should not be specified"
        )
    return view


def check_change(given: Params) -> None:
    """Raises ValidationException where a change of a stream contradicts itself."""
    has_view = given.get("StreamViewType") is not None
    if given["StreamEnabled"] and not has_view:
        raise invalid.value("If stream is being enabled then UpdateViewType is required")
    if not given["StreamEnabled"] and has_view:
        raise invalid.value(
            "If stream is being disabled, then UpdateViewType must not be specified"
        )
