"""Why work on S3 failed, as its description tells it.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Validation.html
"""

from __future__ import annotations

from homeport.aws.protocol.call import AwsError, Params

UNKNOWN = "UNKNOWN"
"""https://github.com/getmoto/moto/blob/master/tests/test_dynamodb/test_dynamodb_export_table.py"""


def of_s3(error: AwsError, request_id: str) -> Params:
    """FailureCode and FailureMessage of an error of S3.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/export.md#ddb-export-010
    """
    code = "KmsNotFoundException" if error.code == "KMS.NotFoundException" else f"S3{error.code}"
    return {
        "FailureCode": code,
        "FailureMessage": (
            f"{error.message} (Service: Amazon S3; Status Code: {error.status}; Error Code: {error.code}; "
            f"Request ID: {request_id}; S3 Extended Request ID: null; Proxy: null)"
        ),
    }


def other(why: object) -> Params:
    """FailureCode and FailureMessage of trouble of our own."""
    return {"FailureCode": UNKNOWN, "FailureMessage": str(why)}
