"""The things of IAM that have a name of their own, and what their kinds have in common.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, NamedTuple

from homeport.aws.iam import errors, limits
from homeport.aws.protocol.call import AwsError


class Kind(NamedTuple):
    """One kind of things."""

    name: str
    """In ARNs, too."""
    member: str
    """That names one in a request."""
    prefix: str
    """Of the ids: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes"""
    missing: str
    """AWS's words where there is none of a name."""
    existing: str
    """AWS's words where there is one already."""
    limit: int
    """How many an account can have."""
    quota: str
    """AWS's name of that limit: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html"""

    def not_found(self, name: str) -> AwsError:
        """There is none of this name."""
        return errors.NO_SUCH_ENTITY(self.missing.format(name))

    def taken(self, name: str) -> AwsError:
        """There is one of this name."""
        return errors.ALREADY_EXISTS(self.existing.format(name))


ROLE = Kind(
    "role",
    "RoleName",
    "AROA",
    "The role with name {} cannot be found.",
    "Role with name {} already exists.",
    limits.ROLES,
    "Roles",
)
USER = Kind(
    "user",
    "UserName",
    "AIDA",
    "The user with name {} cannot be found.",
    "User with name {} already exists.",
    limits.USERS,
    "Users",
)
GROUP = Kind(
    "group",
    "GroupName",
    "AGPA",
    "The group with name {} cannot be found.",
    "Group with name {} already exists.",
    limits.GROUPS,
    "Groups",
)
POLICY = Kind(
    "policy",
    "PolicyArn",
    "ANPA",
    "Policy {} was not found.",
    "A policy called {} already exists. Duplicate names are not allowed.",
    limits.POLICIES,
    "Policies",
)
INSTANCE_PROFILE = Kind(
    "instance-profile",
    "InstanceProfileName",
    "AIPA",
    "Instance Profile {} cannot be found.",
    "Instance Profile {} already exists.",
    limits.INSTANCE_PROFILES,
    "InstanceProfiles",
)
OIDC_PROVIDER = Kind(
    "oidc-provider",
    "OpenIDConnectProviderArn",
    "",
    "OpenIDConnect Provider not found for arn {}",
    "Provider with url {} already exists.",
    limits.OIDC_PROVIDERS,
    "Providers",
)
KINDS = {kind.name: kind for kind in (ROLE, USER, GROUP, POLICY, INSTANCE_PROFILE, OIDC_PROVIDER)}


SERVICE_PATH = "/aws-service-role/"
"""Of roles that are linked to a service: https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html"""


@dataclass(frozen=True, slots=True)
class Entity:
    """One of these things."""

    kind: Kind
    account: str
    name: str
    path: str
    id: str
    created_at: int
    settings: dict[str, Any] = field(default_factory=dict)
    """What only its kind has, by the names of the members of answers."""
    tags: dict[str, str] = field(default_factory=dict)
    number: int = 0
    """Of its row."""

    @property
    def key(self) -> str:
        """By what it is found and sorted among those of its kind."""
        return self.name.lower()

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"arn:aws:iam::{self.account}:{self.kind.name}{self.path}{self.name}"

    @property
    def tag_list(self) -> list[dict[str, str]]:
        """Its tags as answers have them."""
        return [{"Key": key, "Value": value} for key, value in self.tags.items()]

    @property
    def tags_if_any(self) -> dict[str, Any]:
        """Its tags as a member of an answer that leaves them out where there are none."""
        return {"Tags": self.tag_list} if self.tags else {}


BY_KEY: Callable[[Entity], str] = attrgetter("key")
"""How lists of things of one kind are sorted."""


def name_in(arn: str, kind: Kind, account: str) -> str | None:
    """The name in an ARN of this kind and account; None where it is no such ARN."""
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or parts[2:5] != ["iam", "", account]:
        return None
    head, _, rest = parts[5].partition("/")
    if head != kind.name or not rest:
        return None
    return rest if kind is OIDC_PROVIDER else rest.rpartition("/")[2]
