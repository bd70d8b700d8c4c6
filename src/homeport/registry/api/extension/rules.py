"""What is in force: who may do what, what goes when. No secrets are shown."""

from __future__ import annotations

import dataclasses
from typing import Any

from homeport.registry.options import Options

_SHOWN = (
    "admins",
    "rules",
    "has_tokens",
    "may_delete",
    "is_readonly",
    "collection",
    "retention",
    "retention_s",
    "scrub_s",
    "upload_age_s",
    "metrics",
)
"""Fields of the options; those of upstreams and webhooks are picked below, as they hold passwords."""


def in_force(options: Options) -> dict[str, Any]:
    """The rules, as JSON's values."""
    whole = dataclasses.asdict(options)
    upstreams = [
        {"prefix": each.prefix, "url": each.url, "fresh_s": each.fresh_s}
        for each in options.upstreams
    ]
    webhooks = [
        {"name": each.name, "actions": list(each.actions)} for each in options.webhooks
    ]  # its address may hold a token
    return {
        "has_users": options.htpasswd is not None,
        **{name: whole[name] for name in _SHOWN},
        "upstreams": upstreams,
        "webhooks": webhooks,
    }
