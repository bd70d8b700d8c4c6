"""The operations of CloudWatch Logs, by their name in the model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from homeport.aws.logs import (
    constraints,
    events,
    filtering,
    groups,
    policies,
    retention,
    streams,
    tagging,
)
from homeport.aws.logs.logs import Logs
from homeport.aws.protocol import model
from homeport.aws.protocol.call import Call, Operation, Params, Service

Answer = Params | Awaitable[Params]
Function = Callable[[Logs, Call, Params], Answer]

TABLE: dict[str, Function] = {
    "AssociateKmsKey": groups.associate_kms_key,
    "CreateLogGroup": groups.create_log_group,
    "CreateLogStream": streams.create_log_stream,
    "DeleteLogGroup": groups.delete_log_group,
    "DeleteLogStream": streams.delete_log_stream,
    "DeleteResourcePolicy": policies.delete_resource_policy,
    "DeleteRetentionPolicy": retention.delete_retention_policy,
    "DescribeLogGroups": groups.describe_log_groups,
    "DescribeLogStreams": streams.describe_log_streams,
    "DescribeResourcePolicies": policies.describe_resource_policies,
    "DisassociateKmsKey": groups.disassociate_kms_key,
    "FilterLogEvents": filtering.filter_log_events,
    "GetLogEvents": events.get_log_events,
    "ListLogGroups": groups.list_log_groups,
    "ListTagsForResource": tagging.list_tags_for_resource,
    "ListTagsLogGroup": tagging.list_tags_log_group,
    "PutLogEvents": events.put_log_events,
    "PutLogGroupDeletionProtection": groups.put_log_group_deletion_protection,
    "PutResourcePolicy": policies.put_resource_policy,
    "PutRetentionPolicy": retention.put_retention_policy,
    "TagLogGroup": tagging.tag_log_group,
    "TagResource": tagging.tag_resource,
    "TestMetricFilter": filtering.try_metric_filter,
    "UntagLogGroup": tagging.untag_log_group,
    "UntagResource": tagging.untag_resource,
}


def service(logs: Logs) -> Service:
    """CloudWatch Logs for the dispatcher."""
    return Service("logs", {name: _bound(logs, name, work) for name, work in TABLE.items()})


def _bound(logs: Logs, name: str, work: Function) -> Operation:
    check = constraints.check_of(model.load("logs").operations[name])

    def operation(call: Call, params: Params) -> Answer:
        check(params)
        return work(logs, call, params)

    return operation
