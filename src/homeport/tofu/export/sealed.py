"""What is secret in the objects: variables stand for it, so that no file holds a password.

The state holds them all the same: https://opentofu.org/docs/language/state/sensitive-data/
"""

from __future__ import annotations

import base64
import copy
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from homeport.tofu.export import template
from homeport.tofu.export.template import Body

Object = dict[str, Any]

HTPASSWD = "htpasswd"
"""The key whose text is checked line by line."""

_SECRET_NAME = re.compile(
    r"(^|_)(TOKEN|PASSWORD|PASSWD|PASSPHRASE|SECRET|CREDENTIALS?|(API|ACCESS|PRIVATE|SECRET)_KEY)$",
    re.IGNORECASE,
)
"""Names of environment variables whose values are passwords, whoever reads them."""
_SECRET_VALUE = re.compile(r"://[^/@\s:]*:[^/@\s]+@")
"""A URL with a password in it. https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1"""

_BCRYPT_LINES = (
    'alltrue([for line in split("\\n", trimspace(var.NAME)) : '
    'can(regex("^[^:\\\\s]+:[$]2[aby][$][0-9]{2}[$][./A-Za-z0-9]{53}$", line))])'
)
"""https://httpd.apache.org/docs/2.4/misc/password_encryptions.html"""


class Secret(NamedTuple):
    """A value that the user gives."""

    variable: str
    description: str
    secret: str = ""
    """The Secret that holds it; empty for what stands in the environment of a pod."""
    key: str = ""

    @property
    def is_htpasswd(self) -> bool:
        """Whether its lines are checked."""
        return bool(self.secret) and self.key == HTPASSWD


class Sealed(NamedTuple):
    """Objects without what is secret."""

    objects: tuple[Object, ...]
    secrets: tuple[Secret, ...]


def sealed(objects: Sequence[Object]) -> Sealed:
    """The objects with expressions in place of what is secret. A Secret's `data` is plain text then, not base64."""
    found: dict[str, Secret] = {}
    made = tuple(_of(copy.deepcopy(obj), found) for obj in objects)
    return Sealed(made, tuple(found[name] for name in sorted(found)))


def _of(obj: Object, found: dict[str, Secret]) -> Object:
    name = obj["metadata"]["name"]
    if obj["kind"] == "Secret":
        made = (Secret(f"{name}_{key}", f"{key} of {name}.", name, key) for key in obj["data"])
        return {**obj, "data": {secret.key: _said(found, secret) for secret in made}}
    if obj["kind"] == "Deployment":
        for container in obj["spec"]["template"]["spec"]["containers"]:
            for each in container.get("env", []):
                if _is_secret(each["name"], each.get("value", "")):
                    said = f"{each['name']} in the environment of {name}."
                    each["value"] = _said(found, Secret(f"{name}_env_{each['name']}", said))
    return obj


def _is_secret(name: str, value: str) -> bool:
    return bool(value and (_SECRET_NAME.search(name) or _SECRET_VALUE.search(value)))


def _said(found: dict[str, Secret], secret: Secret) -> template.Expression:
    name = _free(re.sub(r"[^a-z0-9_]", "_", secret.variable.lower()), found)
    found[name] = secret._replace(variable=name, description=f"Secret: {secret.description}")
    return template.expression(f"var.{name}")


def _free(name: str, found: dict[str, Secret]) -> str:
    number, free = 2, name
    while free in found:
        free, number = f"{name}_{number}", number + 1
    return free


def variable(secret: Secret) -> Body:
    """The block that declares it; what is checked of it is said at its Secret."""
    return {
        "description": secret.description,
        "type": "string",
        "sensitive": True,
        "nullable": False,
    }


def conditions(obj: Object) -> list[Body]:
    """What the values of a Secret must be.

    Not as `validation` of the variables: Terraform shows the value of a variable whose validation fails, of a sensitive one too (seen
    with 1.11.4). It shows none where a precondition fails.
    https://opentofu.org/docs/language/expressions/custom-conditions/#preconditions-and-postconditions
    """
    return [_condition(key, text[2:-1]) for key, text in obj["data"].items()]


def _condition(key: str, variable_: str) -> Body:
    name = variable_.removeprefix("var.")
    if key == HTPASSWD:
        condition = _BCRYPT_LINES.replace("NAME", name)
        said = f"{name} must be lines of htpasswd with bcrypt: htpasswd -nB USER makes one."
    else:
        condition = f'trimspace({variable_}) != ""'
        said = f"{name} must not be empty."
    return {"condition": str(template.expression(condition)), "error_message": said}


def opened(text: str) -> str:
    """The plain text of a Secret's value, as a variable takes it."""
    return base64.b64decode(text).decode("utf-8", "surrogateescape")
