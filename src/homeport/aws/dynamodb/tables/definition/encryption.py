"""SSESpecification. Nothing is encrypted by it here; it is checked, kept and described.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/EncryptionAtRest.html
"""

from __future__ import annotations

import uuid

from homeport.aws.dynamodb.tables.definition import invalid
from homeport.aws.protocol.call import Params

MANAGED = "alias/aws/dynamodb"
"""The key that AWS manages: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html"""


def check(given: Params) -> None:
    """Raises ValidationException for what contradicts itself.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-442
    """
    for name in ("SSEType", "KMSMasterKeyId"):
        if given.get("Enabled") is False and given.get(name) is not None:
            raise invalid.value(f"{name} can not be specified if Enabled is false")
    if given.get("SSEType") == "AES256":
        raise invalid.value("SSEType AES256 is not supported")
    if given.get("KMSMasterKeyId") is not None and given.get("SSEType") is None:
        raise invalid.value("SSEType KMS is required if KMSMasterKeyId is specified")


def described(given: Params, account: str, region: str) -> Params | None:
    """The SSEDescription of a table; None where it is encrypted with AWS's own key, as every table is.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-044.md
    """
    if given.get("Enabled") is False or not (given.get("Enabled") or given.get("SSEType")):
        return None
    return {
        "Status": "ENABLED",
        "SSEType": "KMS",
        "KMSMasterKeyArn": key_arn(given.get("KMSMasterKeyId") or MANAGED, account, region),
    }


def key_arn(key: str, account: str, region: str) -> str:
    """The ARN of a key that is given by its ARN, its id or an alias; an alias stands for one and the same key always.

    https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
    """
    if key.startswith("arn:") and ":key/" in key:
        return key
    start = f"arn:aws:kms:{region}:{account}"
    if "alias/" in key:
        alias = key if key.startswith("arn:") else f"{start}:{key}"
        return f"{start}:key/{uuid.uuid5(uuid.NAMESPACE_URL, alias)}"
    return f"{start}:key/{key}"
