"""Limits of IAM, each with its page. Those of single members are in the model.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

TRUST_POLICY_CHARACTERS = 2_048
"""Without white space, as all sizes of policies here."""
ROLE_POLICY_CHARACTERS = 10_240
"""Of all inline policies of a role together."""
USER_POLICY_CHARACTERS = 2_048
GROUP_POLICY_CHARACTERS = 5_120
MANAGED_POLICY_CHARACTERS = 6_144
POLICY_VERSIONS = 5
ATTACHED_POLICIES = 10
"""To a role, a user or a group, each."""
TAGS = 50
GROUPS_PER_USER = 10
ACCESS_KEYS_PER_USER = 2
ROLES_PER_INSTANCE_PROFILE = 1
SESSION_DURATION_S = 3_600
"""`MaxSessionDuration` where nothing is asked: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"""
ALIASES = 1
CLIENT_IDS = 100
"""Of an OpenID Connect provider."""
THUMBPRINTS = 5
"""https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html"""
PAGE = 100
"""Where `MaxItems` is not given: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html"""

ROLES = 1_000
USERS = 5_000
GROUPS = 300
POLICIES = 1_500
INSTANCE_PROFILES = 1_000
OIDC_PROVIDERS = 100
"""Of an account, those that AWS gives to begin with."""

# Our own, so that no client can make the process grow

ACCOUNTS = 1_000
"""Accounts that have anything in IAM."""
DELETION_TASKS = 1_000
"""Deletions of service-linked roles whose status can be asked for, of all accounts."""
