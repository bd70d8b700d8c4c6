"""The operations of AWS Lambda, by their name in the model. Those that invoke functions are handed in."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping

from homeport.aws.lambda_.constraints.checked import checked
from homeport.aws.lambda_.functions import (
    aliases,
    code,
    configuration,
    create,
    deleting,
    publishing,
    reading,
)
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.layers import permissions as layer_permissions
from homeport.aws.lambda_.layers import publishing as layer_publishing
from homeport.aws.lambda_.layers import reading as layer_reading
from homeport.aws.lambda_.mappings import operations as mappings
from homeport.aws.lambda_.settings import (
    concurrency,
    event_invoke,
    kept,
    permissions,
    provisioned,
    tagging,
    urls,
)
from homeport.aws.protocol.call import Call, Operation, Params, Result, Service

Function = Callable[[Lambda, Call, Params], Result | Awaitable[Result]]

INVOCATIONS = ("Invoke", "InvokeAsync", "InvokeWithResponseStream")
"""What is handed in by the side of the service that runs functions."""

TABLE: dict[str, Function] = {
    "AddLayerVersionPermission": layer_permissions.add_layer_version_permission,
    "AddPermission": permissions.add_permission,
    "CreateAlias": aliases.create_alias,
    "CreateEventSourceMapping": mappings.create_event_source_mapping,
    "CreateFunction": create.create_function,
    "CreateFunctionUrlConfig": urls.create_function_url_config,
    "DeleteAlias": aliases.delete_alias,
    "DeleteEventSourceMapping": mappings.delete_event_source_mapping,
    "DeleteFunction": deleting.delete_function,
    "DeleteFunctionConcurrency": concurrency.delete_function_concurrency,
    "DeleteFunctionEventInvokeConfig": event_invoke.delete_function_event_invoke_config,
    "DeleteFunctionUrlConfig": urls.delete_function_url_config,
    "DeleteLayerVersion": layer_publishing.delete_layer_version,
    "DeleteProvisionedConcurrencyConfig": provisioned.delete_provisioned_concurrency_config,
    "GetAccountSettings": kept.get_account_settings,
    "GetAlias": aliases.get_alias,
    "GetEventSourceMapping": mappings.get_event_source_mapping,
    "GetFunction": reading.get_function,
    "GetFunctionCodeSigningConfig": kept.get_function_code_signing_config,
    "GetFunctionConcurrency": concurrency.get_function_concurrency,
    "GetFunctionConfiguration": reading.get_function_configuration,
    "GetFunctionEventInvokeConfig": event_invoke.get_function_event_invoke_config,
    "GetFunctionRecursionConfig": kept.get_function_recursion_config,
    "GetFunctionUrlConfig": urls.get_function_url_config,
    "GetLayerVersion": layer_reading.get_layer_version,
    "GetLayerVersionByArn": layer_reading.get_layer_version_by_arn,
    "GetLayerVersionPolicy": layer_permissions.get_layer_version_policy,
    "GetPolicy": permissions.get_policy,
    "GetProvisionedConcurrencyConfig": provisioned.get_provisioned_concurrency_config,
    "GetRuntimeManagementConfig": kept.get_runtime_management_config,
    "ListAliases": aliases.list_aliases,
    "ListEventSourceMappings": mappings.list_event_source_mappings,
    "ListFunctionEventInvokeConfigs": event_invoke.list_function_event_invoke_configs,
    "ListFunctionUrlConfigs": urls.list_function_url_configs,
    "ListFunctions": reading.list_functions,
    "ListLayerVersions": layer_reading.list_layer_versions,
    "ListLayers": layer_reading.list_layers,
    "ListProvisionedConcurrencyConfigs": provisioned.list_provisioned_concurrency_configs,
    "ListTags": tagging.list_tags,
    "ListVersionsByFunction": reading.list_versions_by_function,
    "PublishLayerVersion": layer_publishing.publish_layer_version,
    "PublishVersion": publishing.publish_version,
    "PutFunctionConcurrency": concurrency.put_function_concurrency,
    "PutFunctionEventInvokeConfig": event_invoke.put_function_event_invoke_config,
    "PutFunctionRecursionConfig": kept.put_function_recursion_config,
    "PutProvisionedConcurrencyConfig": provisioned.put_provisioned_concurrency_config,
    "PutRuntimeManagementConfig": kept.put_runtime_management_config,
    "RemoveLayerVersionPermission": layer_permissions.remove_layer_version_permission,
    "RemovePermission": permissions.remove_permission,
    "TagResource": tagging.tag_resource,
    "UntagResource": tagging.untag_resource,
    "UpdateAlias": aliases.update_alias,
    "UpdateEventSourceMapping": mappings.update_event_source_mapping,
    "UpdateFunctionCode": code.update_function_code,
    "UpdateFunctionConfiguration": configuration.update_function_configuration,
    "UpdateFunctionEventInvokeConfig": event_invoke.update_function_event_invoke_config,
    "UpdateFunctionUrlConfig": urls.update_function_url_config,
}


def service(lambda_: Lambda, invocations: Mapping[str, Operation] | None = None) -> Service:
    """Lambda for the dispatcher; `invocations` are the operations that run functions, by name."""
    operations: dict[str, Operation] = dict(invocations or {})
    for name, work in TABLE.items():
        operations[name] = functools.partial(work, lambda_)
    return Service(
        "lambda",
        {name: checked(name, work) for name, work in operations.items()},
        before=lambda_.locations.answer,
    )
