"""Roles that are linked to a service: made by name of the service, changed by nobody, deleted by a task.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from homeport.aws.iam import errors, limits
from homeport.aws.iam.engine import documents, entity, managed
from homeport.aws.iam.engine.entity import ROLE, Entity
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.principals import roles
from homeport.aws.iam.store import accounts, attachments, entities
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import Call, Params
from homeport.aws.protocol.ids import uuid

Roles = dict[str, tuple[str, str | None]]
FILE = Path(__file__).with_name("service_linked.json")
_SUFFIXED = {"autoscaling", "connect", "custom-resource.application-autoscaling", "lexv2"}
"""Services of these that take a suffix: recorded, see `homeport.aws.iam.errors`, but for the third, which is of
https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html"""
_SUFFIX = ".amazonaws.com"


@cache
def known() -> Roles:
    """What stands behind `AWSServiceRoleFor`, and the policy that the role has, by service; as recorded, see `errors`.

    Names of services that were not recorded are of
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
    """
    found: Roles = json.loads(FILE.read_text(encoding="utf-8"))
    return found


async def create_service_linked_role(iam: Iam, call: Call, params: Params) -> Params:
    """CreateServiceLinkedRole"""
    service: str = params["AWSServiceName"]
    name = _name(service, params.get("CustomSuffix"))
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    trust = json.dumps({"Version": documents.VERSION, "Statement": [statement]})
    settings = {roles.TRUST: trust}
    if params.get(roles.DESCRIPTION):
        settings[roles.DESCRIPTION] = params[roles.DESCRIPTION]
    path = f"{entity.SERVICE_PATH}{service}/"
    _, policy = known().get(service.removesuffix(_SUFFIX), ("", None))
    new = Entity(ROLE, call.account, name, path, iam.ids(ROLE.prefix), iam.now(), settings)

    def work(connection: Connection) -> Entity:
        if entities.find(connection, call.account, ROLE, name) is not None:
            raise errors.INVALID_INPUT(
                f"Service role name {name} has been taken in this account, please try a different suffix."
            )
        role = entities.insert(connection, new)
        if policy is not None:
            arn = f"arn:aws:iam::{managed.OWNER}:policy{entity.SERVICE_PATH}{policy}"
            attachments.add(connection, role, arn)
        return role

    return {"Role": roles.base(await iam.write(work))}


def _name(service: str, suffix: str | None) -> str:
    short = service.removesuffix(_SUFFIX)
    if short == service or not short.replace("-", "").replace(".", "").isalnum():
        # The text was not recorded.
        raise errors.INVALID_INPUT(f"Service name {service} is not valid.")
    if suffix and short in known() and short not in _SUFFIXED:
        raise errors.INVALID_INPUT(f"Custom suffix is not allowed for {service}")
    # The names of other services are not known: this one has its form.
    made = "".join(word.capitalize() for word in short.replace(".", "-").split("-"))
    words, _ = known().get(short, (made, None))
    return f"AWSServiceRoleFor{words}" + (f"_{suffix}" if suffix else "")


async def delete_service_linked_role(iam: Iam, call: Call, params: Params) -> Params:
    """DeleteServiceLinkedRole: done at once, as nothing here uses such a role."""
    name: str = params["RoleName"]

    def work(connection: Connection) -> str:
        role = entities.find(connection, call.account, ROLE, name)
        if role is None or not role.path.startswith(entity.SERVICE_PATH):
            raise ROLE.not_found(name)
        for arn in attachments.of(connection, role):
            attachments.remove(connection, role, arn)
        entities.delete(connection, role)
        task = f"task{role.path}{role.name}/{uuid()}"
        accounts.add_task(connection, call.account, task, limits.DELETION_TASKS)
        return task

    return {"DeletionTaskId": await iam.write(work)}


def get_service_linked_role_deletion_status(iam: Iam, call: Call, params: Params) -> Params:
    """GetServiceLinkedRoleDeletionStatus"""
    task = params["DeletionTaskId"]
    if not iam.read(lambda connection: accounts.has_task(connection, call.account, task)):
        # The text was not recorded.
        raise errors.NO_SUCH_ENTITY(f"Deletion Task Id {task} cannot be found.")
    return {"Status": "SUCCEEDED"}
