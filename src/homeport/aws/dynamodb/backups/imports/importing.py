"""ImportTable, DescribeImport, ListImports.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.HowItWorks.html; answers as measured:
https://github.com/scylladb/scylladb/blob/master/test/alternator/test_import.py and
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/import.md
"""

from __future__ import annotations

from typing import Any

from homeport.aws.dynamodb import errors as common
from homeport.aws.dynamodb.backups import arns, errors
from homeport.aws.dynamodb.backups.imports import running
from homeport.aws.dynamodb.backups.jobs import limits, listing
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import jobs
from homeport.aws.dynamodb.store.jobs import Job
from homeport.aws.dynamodb.tables import create
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.protocol.call import Call, Params

TOKEN_MS = 8 * 3600 * 1000
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ImportTable.html#DDB-ImportTable-request-ClientToken"""
_LISTED = (
    "ImportArn",
    "ImportStatus",
    "TableArn",
    "S3BucketSource",
    "CloudWatchLogGroupArn",
    "InputFormat",
    "StartTime",
    "EndTime",
)


async def import_table(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """Makes a table and begins to fill it from a bucket."""
    _check(call, params)
    if dynamodb.objects is None or not dynamodb.objects.runs():
        raise errors.without_s3(call.operation)
    earlier = _same(dynamodb, call, params)
    if earlier is not None:
        return {"ImportTableDescription": running.described(earlier)}
    wanted = params["TableCreationParameters"]
    create.refuse(call, wanted, ("VectorIndexes",))
    now_ms = dynamodb.now_ms()
    table_arn = f"arn:aws:dynamodb:{call.region}:{call.account}:table/{wanted['TableName']}"
    arn = arns.make(table_arn, "import", now_ms, dynamodb.ids())
    table = await create.create(
        dynamodb,
        call.account,
        call.region,
        wanted,
        status="CREATING",
        settings={running.MARK: arn},
    )
    job = _job(arn, table, params, now_ms)
    await dynamodb.db.write(lambda connection: jobs.save(connection, job))
    dynamodb.spawn(running.run(dynamodb, job))
    return {"ImportTableDescription": running.described(job)}


def _check(call: Call, params: Params) -> None:
    if "ClientToken" not in params:
        # The service requires it, SDKs make one: test_client_token_required in Scylla's file above.
        raise errors.validation(
            "1 validation error detected: Value null at 'clientToken' failed to satisfy constraint: "
            "Member must not be null"
        )
    given, compressed = params["InputFormat"], params.get("InputCompressionType")
    if given == "ION":
        raise errors.not_implemented(call.operation, "the InputFormat ION")
    if compressed == "ZSTD":
        # Python has it from 3.14 on: https://docs.python.org/3/library/compression.zstd.html
        raise errors.not_implemented(call.operation, "the InputCompressionType ZSTD")
    if given != "CSV" and params.get("InputFormatOptions"):
        # https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/import.md#ddb-import-009
        raise errors.invalid(f"Unsupported InputFormatOptions for the given input format: {given}.")


def _same(dynamodb: DynamoDb, call: Call, params: Params) -> Job | None:
    """The import that was begun with the same token. Only another name of the table makes it another request.

    Raises ImportConflictException for that, ResourceInUseException where the table is there already.
    """
    owner, since_ms = (call.account, call.region), dynamodb.now_ms() - TOKEN_MS
    with dynamodb.db.snapshot() as connection:
        token = params["ClientToken"]
        earlier = jobs.by_token(connection, running.KIND, *owner, token, since_ms)
        if earlier is None:
            limits.check(connection, running.KIND, call.account)
    name: str = params["TableCreationParameters"]["TableName"]
    there = dynamodb.tables.find(*owner, name)
    is_running = earlier is not None and earlier.ended_ms is None
    if there is not None and not is_running:
        raise common.RESOURCE_IN_USE(f"Table already exists: {name}")
    if earlier is None:
        return None
    if earlier.details["Description"]["TableCreationParameters"]["TableName"] != name:
        raise errors.IMPORT_CONFLICT()
    return earlier


def _job(arn: str, table: Table, params: Params, now_ms: int) -> Job:
    description: dict[str, Any] = {
        "ImportArn": arn,
        "TableArn": table.arn,
        "TableId": table.uuid,
        "ClientToken": params["ClientToken"],
        "S3BucketSource": {"S3BucketOwner": table.account, **params["S3BucketSource"]},
        "CloudWatchLogGroupArn": (
            f"arn:aws:logs:{table.region}:{table.account}:log-group:/aws-dynamodb/imports:*"
        ),
        "InputFormat": params["InputFormat"],
        "InputCompressionType": params.get("InputCompressionType", "NONE"),
        "TableCreationParameters": params["TableCreationParameters"],
        "StartTime": now_ms / 1000,
    }
    if "InputFormatOptions" in params:
        description["InputFormatOptions"] = params["InputFormatOptions"]
    owner = table.account, table.region
    details = {"Description": description, "Table": table.id}
    position = running.Progress()._asdict()
    token = params["ClientToken"]
    return Job(arn, running.KIND, *owner, table.arn, token, now_ms, None, "", position, details)


async def describe_import(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """What is known of an import; it outlives its table, which is ACTIVE for whoever sees its end."""
    arn = arns.check(call, params["ImportArn"], "import")
    async with dynamodb.tables.changing:
        with dynamodb.db.snapshot() as connection:
            job = jobs.find(connection, arn)
    if job is None or job.region != call.region:
        raise errors.IMPORT_NOT_FOUND(f"Import not found: {arn}")
    return {"ImportTableDescription": running.described(job)}


async def list_imports(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """A page of imports, also of those that go on."""
    token, limit, table_arn = (params.get(name) for name in ("NextToken", "PageSize", "TableArn"))
    async with dynamodb.tables.changing:
        found, following = listing.page(dynamodb, call, running.KIND, token, limit, table_arn)
    answer: Params = {"ImportSummaryList": [_summary(job) for job in found]}
    if following is not None:
        answer["NextToken"] = following
    return answer


def _summary(job: Job) -> Params:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ImportSummary.html"""
    described = running.described(job)
    return {name: described[name] for name in _LISTED if name in described}
