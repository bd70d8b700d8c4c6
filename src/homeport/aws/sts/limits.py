"""Limits of AWS STS, each with its page. Those of single members are in the model."""

from __future__ import annotations

DURATION_S = 3_600
"""Of a role's session where nothing is asked: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""
CHAINED_DURATION_S = 3_600
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining"""
TOKEN_DURATION_S = 43_200
"""Of GetSessionToken and GetFederationToken where nothing is asked:
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html"""
ROOT_DURATION_S = 3_600
"""The most for the account itself, in both; a longer time asked for becomes this one. Same page."""
POLICY_ARNS = 10
"""https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""
POLICY_CHARACTERS = 2_048
"""Of a session policy, same page."""

# Our own, so that no client can make the process grow

SESSIONS = 100_000
"""Credentials that have not expired, of all accounts together."""
SWEPT_AT_ONCE = 1_000
"""Expired credentials that one write removes."""
WEB_IDENTITY_TOKEN_CHARACTERS = 20_000
"""https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html"""
