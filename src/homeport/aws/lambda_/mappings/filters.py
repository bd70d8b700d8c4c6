"""Filter criteria: whether each pattern is one. What matches them is looked at where records are.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
"""

from __future__ import annotations

from homeport.aws.lambda_ import errors, limits
from homeport.aws.patterns import grammar
from homeport.aws.patterns.invalid import Invalid
from homeport.aws.protocol.call import Params

_INVALID = "Invalid filter pattern definition."
"""test_sqs_invalid_event_filter in
https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/event_source_mapping/test_lambda_integration_sqs.snapshot.json"""


def check(criteria: Params) -> None:
    """Raises where there are too many patterns, or one is none."""
    filters = criteria.get("Filters") or []
    if len(filters) > limits.FILTERS:
        # AWS's text is not recorded.
        raise errors.INVALID(f"There are more than {limits.FILTERS} filters.")
    for each in filters:
        if not _is_pattern(each.get("Pattern")):
            raise errors.INVALID(_INVALID)


def _is_pattern(text: str | None) -> bool:
    try:
        # One without names is "Empty objects are not allowed" in AWS's own rule engine: https://github.com/aws/event-ruler
        return bool(grammar.parse(text or "").keys)
    except Invalid:
        return False
