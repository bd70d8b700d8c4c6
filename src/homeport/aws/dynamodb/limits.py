"""Limits of Amazon DynamoDB, each with its page.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""

from __future__ import annotations

KIB = 1024
MIB = 1024 * KIB

ITEM_SIZE = 400 * KIB
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items-size"""

PARTITION_KEY_SIZE = 2048
SORT_KEY_SIZE = 1024
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-partition-sort-keys"""

TABLES = 2500
"""In one account and region: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-tables"""
GLOBAL_INDEXES = 20
LOCAL_INDEXES = 5
INCLUDED_ATTRIBUTES = 100
"""In all indexes of a table: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-secondary-indexes"""
INDEX_KEY_ATTRIBUTES = 4
"""Of each kind: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html"""
THINKABLE_UNITS = 1_000_000_000_000
"""https://github.com/architect/dynalite/blob/main/validations/createTable.js"""
TABLE_UNITS = 40_000
ACCOUNT_UNITS = 80_000
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#default-limits-throughput-capacity-modes"""
FREE_DECREASES = 4
DECREASE_INTERVAL_S = 3600
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#decreasing-provisioned-throughput"""
TABLE_CLASS_CHANGES = 2
TABLE_CLASS_DAYS = 30
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.tableclasses.html"""
WARM_READS = 12_000
WARM_WRITES = 4_000
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html"""
TAGS = 50
TAG_KEY_CHARACTERS = 128
TAG_VALUE_CHARACTERS = 256
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html"""
TTL_CHANGE_INTERVAL_S = 3600
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html"""
TTL_OLDEST_YEARS = 5
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html"""
POLICY_SIZE = 20 * KIB
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-resource-based-policies"""
