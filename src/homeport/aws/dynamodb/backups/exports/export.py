"""ExportTableToPointInTime, DescribeExport, ListExports.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.HowItWorks.html
"""

from __future__ import annotations

import asyncio
import sqlite3

from homeport.aws.dynamodb.backups import arns, errors, lookup
from homeport.aws.dynamodb.backups.exports import filtering, running, window
from homeport.aws.dynamodb.backups.jobs import limits, listing
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import jobs
from homeport.aws.dynamodb.store.jobs import Job
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.protocol.call import Call, Params

TOKEN_MS = 8 * 3600 * 1000
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html#DDB-ExportTableToPointInTime-request-ClientToken"""
_ECHOED = (
    "ClientToken",
    "S3Bucket",
    "S3BucketOwner",
    "S3Prefix",
    "S3SseKmsKeyId",
    "ExportType",
    "FilterSpecification",
)


async def export_table_to_point_in_time(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """Begins to write a table, as it was at a time, or its changes to S3."""
    if dynamodb.objects is None or not dynamodb.objects.runs():
        raise errors.without_s3(call.operation)
    table = lookup.by_arn(dynamodb, call, params["TableArn"], "tableArn")
    _check(call, params, table)
    draft = _draft(dynamodb, table, params)

    def work(connection: sqlite3.Connection) -> tuple[Job, bool]:
        same = _same(connection, draft)
        if same is not None:
            return same, False
        limits.check(connection, running.KIND, call.account)
        wanted = window.of_request(table, params, draft.started_ms)
        job = _with_window(draft, wanted)
        jobs.save(connection, job)
        return job, True

    job, is_new = await dynamodb.db.write(work)
    if is_new:
        begun = asyncio.Event()
        dynamodb.spawn(running.run(dynamodb, job, begun))
        # What is written, or deleted with its table, after the answer is not exported.
        await begun.wait()
    return {"ExportDescription": running.described(job)}


def _check(call: Call, params: Params, table: Table) -> None:
    if params.get("FilterSpecification") == {}:
        # https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/export.md#ddb-export-008
        raise errors.invalid("Invalid FilterSpecification: The specification can not be empty")
    if params.get("ExportFormat") == "ION":
        raise errors.not_implemented(call.operation, "the ExportFormat ION")
    if "FilterSpecification" in params:
        if params.get("ExportType") == window.INCREMENTAL:
            # Which of its images decides about a change is documented nowhere.
            raise errors.not_implemented(call.operation, "FilterSpecification of increments")
        filtering.Filter(params["FilterSpecification"], table)
    if "S3SseKmsKeyId" in params and params.get("S3SseAlgorithm") != "KMS":
        # https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/export.md#ddb-export-005
        raise errors.invalid("KMS Key Id is not supported for this encryption type")
    window.check_form(params)


def _draft(dynamodb: DynamoDb, table: Table, params: Params) -> Job:
    now_ms = dynamodb.now_ms()
    arn = arns.make(table.arn, "export", now_ms, dynamodb.ids())
    description = {
        "ExportArn": arn,
        "StartTime": now_ms / 1000,
        "TableArn": table.arn,
        "TableId": table.uuid,
        "S3SseAlgorithm": params.get("S3SseAlgorithm", "AES256"),
        "ExportFormat": "DYNAMODB_JSON",
        **{name: params[name] for name in _ECHOED if name in params},
    }
    details = {
        "Description": description,
        "Request": {name: value for name, value in params.items() if name != "ClientToken"},
        "Data": dynamodb.ids().replace("-", "")[-26:],
        "Table": table.id,
    }
    owner = table.account, table.region
    key = _listed_under(table)
    token = params.get("ClientToken", "")
    return Job(arn, running.KIND, *owner, key, token, now_ms, None, "", {}, details)


def _listed_under(table: Table) -> str:
    """A table of the same name that was made later has no part in it.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/export.md#ddb-export-020
    """
    return f"{table.arn}/{table.uuid}"


def _same(connection: sqlite3.Connection, draft: Job) -> Job | None:
    """The export that was begun with the same token. Raises ExportConflictException where that was another."""
    if not draft.token:
        return None
    since_ms = draft.started_ms - TOKEN_MS
    owner = draft.account, draft.region
    earlier = jobs.by_token(connection, draft.kind, *owner, draft.token, since_ms)
    if earlier is not None and earlier.details["Request"] != draft.details["Request"]:
        raise errors.EXPORT_CONFLICT()
    return earlier


def _with_window(draft: Job, wanted: window.Window) -> Job:
    described = dict(draft.details["Description"])
    if wanted.from_ms is None:
        described["ExportTime"] = wanted.to_ms / 1000
    else:
        described["IncrementalExportSpecification"] = {
            "ExportFromTime": wanted.from_ms / 1000,
            "ExportToTime": wanted.to_ms / 1000,
            "ExportViewType": wanted.view,
        }
    details = {**draft.details, "Description": described, "Window": list(wanted)}
    return draft._replace(details=details)


def describe_export(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """What is known of an export; it outlives its table."""
    arn = arns.check(call, params["ExportArn"], "export")
    with dynamodb.db.snapshot() as connection:
        job = jobs.find(connection, arn)
    # https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/export.md#ddb-export-006
    if arns.region_of(arn) != call.region:
        raise errors.EXPORT_NOT_FOUND("Export not found: Invalid export arn")
    if job is None:
        raise errors.EXPORT_NOT_FOUND(f"Export not found: Export not found: {arn}")
    return {"ExportDescription": running.described(job)}


def list_exports(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """A page of exports, also of those that go on."""
    key, arn = None, params.get("TableArn")
    if arn is not None:
        named = arns.table_of(arn)
        table = None if named is None else dynamodb.tables.find(*named)
        key = "" if table is None else _listed_under(table)
    token, limit = params.get("NextToken"), params.get("MaxResults")
    found, following = listing.page(dynamodb, call, running.KIND, token, limit, key)
    answer: Params = {"ExportSummaries": [_summary(job) for job in found]}
    if following is not None:
        answer["NextToken"] = following
    return answer


def _summary(job: Job) -> Params:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportSummary.html"""
    described = running.described(job)
    return {
        "ExportArn": job.arn,
        "ExportStatus": described["ExportStatus"],
        "ExportType": described.get("ExportType", "FULL_EXPORT"),
    }
