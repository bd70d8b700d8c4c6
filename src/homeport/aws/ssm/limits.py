"""Limits of Parameter Store, each with its page.

https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm
"""

from __future__ import annotations

STANDARD_CHARACTERS = 4_096
ADVANCED_CHARACTERS = 8_192
STANDARD_PARAMETERS = 10_000
ADVANCED_PARAMETERS = 100_000
"""All: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"""
VERSIONS = 100
"""https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html"""
LEVELS = 15
ARN_CHARACTERS = 1_011
"""Of a name and what is before it in its ARN. Both: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html"""
LABELS = 10
"""https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_LabelParameterVersion.html"""
POLICIES = 10
"""https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html"""
TAGS = 50
"""https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html"""
DESCRIBED = 50
"""https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html"""
BY_PATH = 10
"""https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html"""

# Our own

PATTERN_S = 2.0
"""How long an allowed pattern may take for a value: patterns can be written that never end."""
PATTERNS = 2
"""Allowed patterns that are tried at the same time; more wait."""
SEARCHED_AT_ONCE = 200
"""Parameters that a search reads in one go."""
SEARCHED = 2_000
"""Parameters that one page of a search looks at."""
