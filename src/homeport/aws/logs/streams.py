"""Log streams: create, delete, describe.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html
"""

from __future__ import annotations

import json
from typing import Any

from homeport.aws.logs import errors, limits
from homeport.aws.logs.engine import arns, tokens
from homeport.aws.logs.logs import Logs, existing_stream
from homeport.aws.logs.store import groups, streams
from homeport.aws.logs.store.groups import Connection, Group
from homeport.aws.logs.store.streams import After, Stream
from homeport.aws.protocol.call import Call, Params


async def create_log_stream(logs: Logs, call: Call, params: Params) -> Params:
    """CreateLogStream

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html
    """
    name, now = params["logStreamName"], logs.now()
    check_text(name)

    def work(connection: Connection) -> bool:
        query = groups.reader(connection)
        group = groups.find(query, call.account, call.region, params["logGroupName"])
        if group is None:
            raise errors.NO_GROUP()
        return streams.insert(connection, group.id, name, now)

    if not await logs.write(work):
        raise errors.STREAM_EXISTS()
    return {}


def check_text(name: str) -> None:
    """Raises where this can be neither a name nor the beginning of one."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raise errors.INVALID_PARAMETER("The name of the log stream is no Unicode text.") from None


async def delete_log_stream(logs: Logs, call: Call, params: Params) -> Params:
    """DeleteLogStream"""
    await logs.writer.flush()

    def work(connection: Connection) -> None:
        query = groups.reader(connection)
        group = groups.find(query, call.account, call.region, params["logGroupName"])
        if group is None:
            raise errors.NO_GROUP()
        if group.is_protected:
            raise errors.VALIDATION(
                "The log stream cannot be deleted: deletion protection is enabled for its log group."
            )
        found = existing_stream(query, group, params["logStreamName"])
        streams.delete(connection, found.id)

    await logs.db.write(work)
    logs.start_sweep()
    return {}


async def describe_log_streams(logs: Logs, call: Call, params: Params) -> Params:
    """DescribeLogStreams"""
    await logs.writer.flush()
    prefix: str = params.get("logStreamNamePrefix") or ""
    is_by_time = params.get("orderBy") == "LastEventTime"
    if is_by_time and prefix:
        # https://github.com/getmoto/moto/blob/master/tests/test_logs/test_logs.py
        raise errors.INVALID_PARAMETER("Cannot order by LastEventTime with a logStreamNamePrefix.")
    group = logs.group(call, params)
    limit: int = params.get("limit") or limits.DESCRIBED
    after = _after(params.get("nextToken"))
    is_descending = bool(params.get("descending"))
    if is_by_time:
        found = streams.by_last_event(
            logs.db.query, group.id, after, limit + 1, is_descending=is_descending
        )
    else:
        check_text(prefix)
        last = None if after is None else after.name
        found = streams.by_name(
            logs.db.query, group.id, prefix, last, limit + 1, is_descending=is_descending
        )
    answer: Params = {"logStreams": [_described(group, stream) for stream in found[:limit]]}
    if len(found) > limit:
        last_shown = found[limit - 1]
        answer["nextToken"] = tokens.hide(json.dumps([last_shown.last_event, last_shown.name]))
    return answer


def _after(token: str | None) -> After | None:
    if token is None:
        return None
    try:
        last_event, name = json.loads(tokens.reveal(token))
    except (ValueError, TypeError):
        raise errors.invalid_token() from None
    if not isinstance(last_event, int) or abs(last_event) >= 2**63 or not isinstance(name, str):
        raise errors.invalid_token()
    return After(last_event, name)


def _described(group: Group, stream: Stream) -> dict[str, Any]:
    described: dict[str, Any] = {
        "logStreamName": stream.name,
        "creationTime": stream.created_at,
        "arn": arns.stream(group.account, group.region, group.name, stream.name),
        # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogStream.html: zero since 2019
        "storedBytes": 0,
    }
    if stream.last_ingestion:
        described |= {
            "firstEventTimestamp": stream.first_event,
            "lastEventTimestamp": stream.last_event,
            "lastIngestionTime": stream.last_ingestion,
            "uploadSequenceToken": tokens.event_id(stream.last_ingestion, stream.id),
        }
    return described
