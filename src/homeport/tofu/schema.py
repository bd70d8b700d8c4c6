"""The attributes of the provider and of `homeport_stack`, as terraform and tofu know them; docs/opentofu.md has the same.

https://developer.hashicorp.com/terraform/plugin/framework/handling-data/schemas
"""

from __future__ import annotations

from typing import Any

from tf import schema, types

VERSION = 0
"""Of the resource's state. A change that older states do not fit raises it, and `Stack.upgrade` reads them."""

_TEXTS = types.Map(types.String())


def _attribute(name: str, kind: Any, description: str, **flags: bool) -> Any:
    return schema.Attribute(
        name, kind, description, description_kind=schema.TextFormat.Plain, **flags
    )


def provider() -> Any:
    """The provider's own."""
    text = types.String()
    return schema.Schema(
        version=0,
        attributes=[
            _attribute(
                "kubeconfig",
                text,
                "The kubeconfig of the cluster; by default what the definition says, else KUBECONFIG, else ~/.kube/config.",
                optional=True,
            ),
            _attribute(
                "context",
                text,
                "The context in it; by default what the definition says, else the current one.",
                optional=True,
            ),
            _attribute(
                "data", text, "The default of the attribute `data` of all stacks.", optional=True
            ),
        ],
    )


def stack() -> Any:
    """Those of a stack: what is declared, then what is found."""
    return schema.Schema(version=VERSION, attributes=[*_declared(), *_found()])


def _declared() -> list[Any]:
    text, both = types.String(), {"optional": True, "computed": True}
    return [
        _attribute(
            "name",
            text,
            "The name of the stack in the cluster; needed for the target kubernetes. Another name is another stack.",
            **both,
        ),
        _attribute(
            "target",
            text,
            "Where it runs: kubernetes (the default), or local for this machine. Another target is another stack.",
            **both,
        ),
        _attribute(
            "definition",
            text,
            "The settings, as in homeport.toml; without it all are as by default. Secrets are refused: they are set in the environment.",
            **both,
        ),
        _attribute(
            "data",
            text,
            "The data folder. Of a local stack it is where all of it lies, and another folder is another stack;"
            " of a deployed one it is where this machine keeps its users.",
            **both,
        ),
        _attribute(
            "delete_data",
            types.Bool(),
            "Whether destroying the stack deletes its data too; false by default.",
            **both,
        ),
    ]


def _found() -> list[Any]:
    text = types.String()
    return [
        _attribute("id", text, "What it is imported by: its name, or local:FOLDER.", computed=True),
        _attribute(
            "plan",
            text,
            "What an apply would change, field by field, as homeport plan shows it; afterwards, what the last one has changed.",
            computed=True,
        ),
        _attribute(
            "objects",
            _TEXTS,
            "Everything that the stack is made of, with a digest of each, which is another one when it has changed. No secret is in it.",
            computed=True,
        ),
        _attribute(
            "state",
            text,
            "Where it is in its life: Pending, Running, Ready or Error, of the component that is least well.",
            computed=True,
        ),
        _attribute("endpoints", _TEXTS, "The URL of each component.", computed=True),
    ]
