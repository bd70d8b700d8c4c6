"""What UpdateTable refuses whatever the table is, in AWS's words and order.

Most cases are recorded in https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/ (QUIRKS) and in
https://github.com/architect/dynalite/blob/main/test/updateTable.js (DYNALITE).
"""

import pytest
from tests.aws.dynamodb.tables.asking import HUGE, INVALID, UNITS, changes, gone, made, other

ONLY = "must be the only operation in the request"
MORE = {"ReadCapacityUnits": 6, "WriteCapacityUnits": 6}
STREAM = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}}
PROTECTION = {"DeletionProtectionEnabled": True}
CLASS = {"TableClass": "STANDARD"}
ENCRYPTION = {"SSESpecification": {"Enabled": True}}
WARM = {"WarmThroughput": {"ReadUnitsPerSecond": 13000}}
LIMIT = {"OnDemandThroughput": {"MaxReadRequestUnits": 1}}
MORE_UNITS = {"ProvisionedThroughput": MORE}
ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST"}
NEITHER = (
    f"{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
    "PAY_PER_REQUEST"
)
NOTHING = (
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
    "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, "
    "MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is "
    "required"
)
SSE_ONLY = f"{INVALID}Server-Side Encryption modification {ONLY}"
CLASS_ONLY = f"{INVALID}TableClass modification {ONLY}"
PROTECTION_ONLY = f"{INVALID}DeletionProtection modification {ONLY}"
WARM_ONLY = f"{INVALID}WarmThroughput {ONLY}"
LIMIT_ONLY = (
    f"{INVALID}OnDemandThroughput can only be combined with BillingMode in an UpdateTable request"
)


# Refused whatever the table is, also where there is none.
STATIC = {
    # QUIRKS table-indexes.md#ddb-table-015
    "nothing": ({}, NOTHING),
    "no index": (changes(), NOTHING),
    "definitions alone": (
        {"AttributeDefinitions": [{"AttributeName": "x", "AttributeType": "S"}]},
        NOTHING,
    ),
    # QUIRKS details/DDB-TABLE-160.md
    "no index beside a change": (
        changes(**PROTECTION),
        f"{INVALID}List of GlobalSecondaryIndexUpdates is empty",
    ),
    "no action": (
        changes({}),
        (
            f"{INVALID}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
            "GlobalSecondaryIndexUpdate.Delete must not be null"
        ),
    ),
    "two actions": (
        changes(gone() | other(ProvisionedThroughput=MORE)),
        f"{INVALID}Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object",
    ),
    "one index twice": (
        changes(gone(), gone()),
        f"{INVALID}Only one global secondary index update per index is allowed simultaneously. Index: gsi",
    ),
    # QUIRKS service.md#ddb-table-456
    "no warmth of an index": (
        changes(other(WarmThroughput={})),
        (
            f"{INVALID}WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond "
            "specified for index: gsi"
        ),
    ),
    # DYNALITE
    "unthinkable reads": (
        {"ProvisionedThroughput": {"ReadCapacityUnits": HUGE, "WriteCapacityUnits": HUGE}},
        f"Given value {HUGE} for ReadCapacityUnits is out of bounds",
    ),
    "unthinkable writes": (
        {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": HUGE}},
        f"Given value {HUGE} for WriteCapacityUnits is out of bounds",
    ),
    "provisioned without units": (
        {"BillingMode": "PROVISIONED"},
        f"{INVALID}ProvisionedThroughput must be specified when BillingMode is PROVISIONED",
    ),
    "units on demand": (ON_DEMAND | MORE_UNITS, NEITHER),
    # QUIRKS details/DDB-TABLE-433.md
    "encryption and class": (ENCRYPTION | CLASS, SSE_ONLY),
    "encryption and protection": (ENCRYPTION | PROTECTION, SSE_ONLY),
    "class and protection": (CLASS | PROTECTION, CLASS_ONLY),
    "class and stream": (CLASS | STREAM, CLASS_ONLY),
    "protection and units": (PROTECTION | MORE_UNITS, PROTECTION_ONLY),
    "protection and mode": (PROTECTION | ON_DEMAND, PROTECTION_ONLY),
    "protection and warmth": (WARM | PROTECTION, PROTECTION_ONLY),
    "warmth and stream": (WARM | STREAM, WARM_ONLY),
    "warmth and limit": (WARM | LIMIT, WARM_ONLY),
    "limit and stream": (LIMIT | STREAM, LIMIT_ONLY),
    "stream and units": (
        STREAM | MORE_UNITS,
        f"{INVALID}You cannot modify stream status while updating table IOPS",
    ),
    # QUIRKS table-indexes.md#ddb-table-174
    "index and units": (
        changes(made(), **MORE_UNITS),
        f"{INVALID}You cannot create or delete index while updating table IOPS",
    ),
    "index and stream": (
        changes(gone(), **STREAM),
        f"{INVALID}You cannot create or delete index while changing stream status",
    ),
    "index and protection": (changes(made(), **PROTECTION), PROTECTION_ONLY),
    "index and encryption": (changes(made(), **ENCRYPTION), SSE_ONLY),
    "index and class": (changes(made(), **CLASS), CLASS_ONLY),
    "index and warmth": (
        changes(made(), **WARM),
        f"{INVALID}Create global secondary index cannot be specified when updating WarmThroughput",
    ),
    # QUIRKS table-throughput-billing.md#ddb-table-437
    "stream without view": (
        {"StreamSpecification": {"StreamEnabled": True}},
        f"{INVALID}If stream is being enabled then UpdateViewType is required",
    ),
    # QUIRKS service.md#ddb-table-442
    "view without stream": (
        {"StreamSpecification": {"StreamEnabled": False, "StreamViewType": "KEYS_ONLY"}},
        f"{INVALID}If stream is being disabled, then UpdateViewType must not be specified",
    ),
    "type of encryption that is off": (
        {"SSESpecification": {"Enabled": False, "SSEType": "KMS"}},
        f"{INVALID}SSEType can not be specified if Enabled is false",
    ),
}


@pytest.mark.parametrize("case", STATIC)
async def test_refused_before_the_table_is_looked_for(client, case):
    members, message = STATIC[case]
    assert await client.invalid("UpdateTable", TableName="none", **members) == message


async def test_then_the_table_is_looked_for(client):
    """DYNALITE"""
    error = await client.refused("UpdateTable", TableName="none", ProvisionedThroughput=UNITS)
    assert error.message == "Requested resource not found: Table: none not found"
