"""Limits of Secrets Manager, each with its page.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
"""

from __future__ import annotations

SECRETS = 500_000
"""Of one account and region."""
STAGES = 20
"""Staging labels of all versions of a secret together."""
VERSIONS = 100
"""Versions without a label that are kept however old they are."""
DEPRECATED_S = 86_400.0
"""How long any version is kept: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html"""
TAGS = 50
"""https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html"""
RECOVERY_DAYS = (7, 30)
"""https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html"""
PAGE = 100
"""https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html"""
BATCH = 20
"""https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html"""
PASSWORD_CHARACTERS = 32
"""Where no length is asked for: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html"""

# Our own

ALL_VERSIONS = 1_000
"""Versions of a secret at the same time: AWS has a limit for those of one day, and does not tell it."""
LOOKED_AT = 500
"""Secrets that one call of a list looks at, so that none holds up the others."""
