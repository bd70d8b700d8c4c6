"""Values of parameters: tiers, data types, policies, and what a new version takes over from the one before.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
"""

from __future__ import annotations

import json
import re
from typing import Any

from homeport.aws.protocol.call import Params
from homeport.aws.ssm import errors, limits
from homeport.aws.ssm.store.parameters import Parameter, Version

DATA_TYPES = frozenset(
    {
        *("text", "aws:ec2:image", "aws:ssm:integration", "aws:region", "aws:account:id"),
        *("boolean", "integer", "float", "binary", "hostname", "email"),
        *("ipv4-address", "ipv6-address", "url", "json", "jsonc"),
    }
)
POLICY_TYPES = ("Expiration", "ExpirationNotification", "NoChangeNotification")
KEPT = ("Description", "KeyId", "AllowedPattern", "Policies", "DataType")
DEFAULT_KEY = "alias/aws/ssm"
TOO_LONG = (
    "Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, "
    "upgrade the parameter to use the advanced-parameter tier. For more information, see "
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"
)
"""https://github.com/hashicorp/terraform-provider-aws/issues/18521"""
TAGS_AND_OVERWRITE = (
    "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite "
    "flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource."
)
"""https://github.com/getmoto/moto/blob/master/moto/ssm/models.py"""


def check(params: Params) -> None:
    """Raises where a value cannot be kept, whatever was there before."""
    value: str = params["Value"]
    if not value:
        raise errors.VALIDATION(
            "1 validation error detected: Value '' at 'value' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1"
        )
    if params.get("Tags") and params.get("Overwrite"):
        raise errors.VALIDATION(TAGS_AND_OVERWRITE)
    data_type: str | None = params.get("DataType")
    if data_type is not None and data_type not in DATA_TYPES:
        raise errors.VALIDATION(
            f"The following data type is not supported: {data_type} (Data type names are all lowercase.)"
        )
    if re.search(r"\{\{.*\}\}", value, re.DOTALL):
        raise errors.VALIDATION(
            'Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.'
        )
    if not is_text(value) or not is_text(params.get("Description") or ""):
        raise errors.VALIDATION("The parameter is no Unicode text.")


def is_text(text: str) -> bool:
    """Whether a text has no half of a surrogate pair, which JSON can carry and SQLite cannot."""
    return not any("\ud800" <= each <= "\udfff" for each in text)


def next_version(
    params: Params, before: tuple[Parameter, Version] | None, now: float, user: str
) -> Version:
    """The version that a PutParameter makes. What it does not say stays as it was before."""
    old = None if before is None else before[1]
    kind: str | None = params.get("Type") or (None if old is None else old.type)
    if kind is None:
        raise errors.VALIDATION("A parameter type is required when you create a parameter.")
    settings: dict[str, Any] = {"DataType": "text"}
    settings |= {} if old is None else old.settings
    settings |= {name: params[name] for name in KEPT if params.get(name) is not None}
    settings["LastModifiedUser"] = user
    if kind == "SecureString":
        settings.setdefault("KeyId", DEFAULT_KEY)
    else:
        settings.pop("KeyId", None)
    has_policies = bool(policies(settings.get("Policies") or "[]"))
    if not has_policies:
        settings.pop("Policies", None)
    was_advanced = before is not None and before[0].is_advanced
    settings["Tier"] = _tier(
        params.get("Tier"), params["Value"], has_policies=has_policies, was_advanced=was_advanced
    )
    return Version(1 if old is None else old.number + 1, now, kind, params["Value"], settings, [])


def _tier(asked: str | None, value: str, *, has_policies: bool, was_advanced: bool) -> str:
    """The tier of a version: https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-default-tier.html"""
    needs_advanced = len(value) > limits.STANDARD_CHARACTERS or has_policies
    if asked == "Intelligent-Tiering":
        tier = "Advanced" if needs_advanced or was_advanced else "Standard"
    else:
        tier = asked or ("Advanced" if was_advanced else "Standard")
    if tier == "Standard":
        if was_advanced:
            # These texts, and that of the longest value, are not recorded.
            raise errors.VALIDATION(
                "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the "
                "advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced "
                "parameter and recreate it as a standard parameter."
            )
        if len(value) > limits.STANDARD_CHARACTERS:
            raise errors.VALIDATION(TOO_LONG)
        if has_policies:
            raise errors.VALIDATION(
                "Parameter policies are only supported for parameters of the advanced-parameter tier."
            )
    if len(value) > limits.ADVANCED_CHARACTERS:
        raise errors.VALIDATION(
            f"Advanced tier parameters support a maximum parameter value of {limits.ADVANCED_CHARACTERS} characters."
        )
    return tier


def policies(text: str) -> list[dict[str, Any]]:
    """The policies of a JSON array. Raises where they are none.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html
    """
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise errors.INVALID_POLICY_ATTRIBUTE()
    # One empty object takes the policies away.
    found = [each for each in found if each]
    if len(found) > limits.POLICIES:
        raise errors.POLICIES_LIMIT()
    if any(each.get("Type") not in POLICY_TYPES for each in found):
        raise errors.INVALID_POLICY_TYPE()
    return found
