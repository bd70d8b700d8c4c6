"""Roles that are linked to a service: made by name of the service, changed by nobody, deleted by a task.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
"""

from __future__ import annotations

import json

from homeport.aws.iam import errors, limits
from homeport.aws.iam.engine.entity import ROLE, Entity
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.principals import roles
from homeport.aws.iam.store import accounts, attachments, entities
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import Call, Params
from homeport.aws.protocol.ids import uuid

_NAMES = {
    "apigateway": "APIGateway",
    "autoscaling": "AutoScaling",
    "batch": "Batch",
    "cloudtrail": "CloudTrail",
    "cloudwatch-crossaccount": "CloudWatchCrossAccount",
    "config": "Config",
    "custom-resource.application-autoscaling": "ApplicationAutoScaling_CustomResource",
    "dynamodb.application-autoscaling": "ApplicationAutoScaling_DynamoDBTable",
    "ec2.application-autoscaling": "ApplicationAutoScaling_EC2SpotFleetRequest",
    "ecs": "ECS",
    "ecs.application-autoscaling": "ApplicationAutoScaling_ECSService",
    "eks": "AmazonEKS",
    "eks-nodegroup": "AmazonEKSNodegroup",
    "elasticache": "ElastiCache",
    "elasticloadbalancing": "ElasticLoadBalancing",
    "es": "AmazonElasticsearchService",
    "events": "CloudWatchEvents",
    "lambda.application-autoscaling": "ApplicationAutoScaling_LambdaConcurrency",
    "ops.apigateway": "APIGateway",
    "opensearchservice": "AmazonOpenSearchService",
    "organizations": "Organizations",
    "rds": "RDS",
    "rds.application-autoscaling": "ApplicationAutoScaling_RDSCluster",
    "replicator.lambda": "LambdaReplicator",
    "replication.dynamodb": "DynamoDBReplication",
    "spot": "EC2Spot",
    "ssm": "AmazonSSM",
    "sso": "SSO",
    "support": "Support",
    "trustedadvisor": "TrustedAdvisor",
}
"""What stands behind `AWSServiceRoleFor`: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html"""
_SUFFIXED = {"autoscaling", "custom-resource.application-autoscaling"}
"""Services of these that take a suffix: https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html"""
_SUFFIX = ".amazonaws.com"


async def create_service_linked_role(iam: Iam, call: Call, params: Params) -> Params:
    """CreateServiceLinkedRole"""
    service: str = params["AWSServiceName"]
    name = _name(service, params.get("CustomSuffix"))
    statement = {
        "Action": ["sts:AssumeRole"],
        "Effect": "Allow",
        "Principal": {"Service": [service]},
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    settings = {roles.TRUST: trust}
    if params.get(roles.DESCRIPTION):
        settings[roles.DESCRIPTION] = params[roles.DESCRIPTION]
    path = f"{roles.SERVICE_PATH}{service}/"
    new = Entity(ROLE, call.account, name, path, iam.ids(ROLE.prefix), iam.now(), settings)

    def work(connection: Connection) -> Entity:
        if entities.find(connection, call.account, ROLE, name) is not None:
            raise errors.INVALID_INPUT(
                f"Service role name {name} has been taken in this account, please try a different suffix."
            )
        return entities.insert(connection, new)

    return {"Role": roles.base(await iam.db.write(work))}


def _name(service: str, suffix: str | None) -> str:
    short = service.removesuffix(_SUFFIX)
    if short == service or not short.replace("-", "").replace(".", "").isalnum():
        # The text was not recorded.
        raise errors.INVALID_INPUT(f"Service name {service} is not valid.")
    if suffix and short in _NAMES and short not in _SUFFIXED:
        raise errors.INVALID_INPUT(f"Custom suffix is not allowed for {service}")
    # The names of other services are not known: this one has its form.
    words = _NAMES.get(short) or "".join(
        word.capitalize() for word in short.replace(".", "-").split("-")
    )
    return f"AWSServiceRoleFor{words}" + (f"_{suffix}" if suffix else "")


async def delete_service_linked_role(iam: Iam, call: Call, params: Params) -> Params:
    """DeleteServiceLinkedRole: done at once, as nothing here uses such a role."""
    name: str = params["RoleName"]

    def work(connection: Connection) -> str:
        role = entities.find(connection, call.account, ROLE, name)
        if role is None or not role.path.startswith(roles.SERVICE_PATH):
            raise ROLE.not_found(name)
        for arn in attachments.of(connection, role):
            attachments.remove(connection, role, arn)
        entities.delete(connection, role)
        task = f"task{role.path}{role.name}/{uuid()}"
        accounts.add_task(connection, call.account, task, limits.DELETION_TASKS)
        return task

    return {"DeletionTaskId": await iam.db.write(work)}


def get_service_linked_role_deletion_status(iam: Iam, call: Call, params: Params) -> Params:
    """GetServiceLinkedRoleDeletionStatus"""
    task = params["DeletionTaskId"]
    if not iam.read(lambda connection: accounts.has_task(connection, call.account, task)):
        # The text was not recorded.
        raise errors.NO_SUCH_ENTITY(f"Deletion Task Id {task} cannot be found.")
    return {"Status": "SUCCEEDED"}
