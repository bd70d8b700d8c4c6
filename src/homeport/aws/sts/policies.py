"""Session policies, which are checked for their form and have no effect.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType

from homeport.aws.protocol.call import Params
from homeport.aws.sts import errors, limits


def packed_size(params: Params, inherited: Mapping[str, str] = MappingProxyType({})) -> int | None:
    """`PackedPolicySize` for the session policies and tags of a call; None where it has neither.

    AWS packs them in a form that it does not tell; this is their length as text, in percent of the longest policy.
    """
    policy: str = params.get("Policy") or ""
    arns = [descriptor.get("arn") or "" for descriptor in params.get("PolicyArns") or []]
    tags = [tag["Key"] + tag["Value"] for tag in params.get("Tags") or []]
    tags += [key + value for key, value in inherited.items()]
    if policy:
        _check(policy)
    if len(arns) > limits.POLICY_ARNS:
        # The text is of AWS's framework; the model has no such limit.
        rule = f"Member must have length less than or equal to {limits.POLICY_ARNS}"
        raise errors.constraint(arns, "policyArns", rule)
    if not (policy or arns or tags):
        return None
    length = len(policy) + sum(map(len, arns)) + sum(map(len, tags))
    percent = -(-length * 100 // limits.POLICY_CHARACTERS)
    if percent > 100 and (tags or len(policy) > limits.POLICY_CHARACTERS):
        # How it goes on was not recorded; AWS counts its own packed form.
        raise errors.PACKED_TOO_LARGE(
            f"Packed policy consumes {percent}% of allotted space, please use smaller policy."
        )
    return min(percent, 100)


def _check(policy: str) -> None:
    try:
        document = json.loads(policy)
    except (ValueError, RecursionError) as error:
        raise errors.MALFORMED_POLICY() from error
    if not isinstance(document, dict) or "Statement" not in document:
        raise errors.MALFORMED_POLICY("Syntax errors in policy.")
