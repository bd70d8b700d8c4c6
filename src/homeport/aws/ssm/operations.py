"""The operations of Parameter Store, by their name in the model of Systems Manager."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable

from homeport.aws.protocol.call import Call, Params, Service
from homeport.aws.ssm import labels, putting, reading, tagging
from homeport.aws.ssm.ssm import Ssm

Function = Callable[[Ssm, Call, Params], Params | Awaitable[Params]]

TABLE: dict[str, Function] = {
    "AddTagsToResource": tagging.add_tags_to_resource,
    "DeleteParameter": putting.delete_parameter,
    "DeleteParameters": putting.delete_parameters,
    "DescribeParameters": reading.describe_parameters,
    "GetParameter": reading.get_parameter,
    "GetParameterHistory": reading.get_parameter_history,
    "GetParameters": reading.get_parameters,
    "GetParametersByPath": reading.get_parameters_by_path,
    "LabelParameterVersion": labels.label_parameter_version,
    "ListTagsForResource": tagging.list_tags_for_resource,
    "PutParameter": putting.put_parameter,
    "RemoveTagsFromResource": tagging.remove_tags_from_resource,
    "UnlabelParameterVersion": labels.unlabel_parameter_version,
}


def service(ssm: Ssm) -> Service:
    """Parameter Store for the dispatcher."""
    return Service("ssm", {name: functools.partial(work, ssm) for name, work in TABLE.items()})
