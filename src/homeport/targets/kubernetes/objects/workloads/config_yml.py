"""config.yml: what registry v2 is told, which Homeport's own registry follows too.

https://distribution.github.io/distribution/about/configuration/
"""

from __future__ import annotations

import json

from homeport.registry import options
from homeport.stack import settings
from homeport.targets.kubernetes import yaml_text
from homeport.targets.kubernetes.objects.kinds import Object

PORT = 5000
FOLDER = "/etc/docker/registry"
PATH = f"{FOLDER}/config.yml"
STORAGE = "/var/lib/registry"
AUTH_FOLDER = "/auth"
HTPASSWD = f"{AUTH_FOLDER}/htpasswd"

ENDPOINTS = "REGISTRY_NOTIFICATIONS_ENDPOINTS"
"""Overrides `notifications.endpoints`, whose headers may be secrets. Its value is YAML, which JSON is.
https://distribution.github.io/distribution/about/configuration/#override-specific-configuration-options"""

_EVENTS = ("push", "pull", "mount", "delete")
_LEVELS = {"warning": "warn"}


def text(chosen: settings.Settings) -> str:
    """The file."""
    its = chosen.registry
    made: Object = {
        "version": 0.1,
        "log": _log(chosen.log),
        "storage": _storage(its),
        "http": _http(chosen),
        **({"auth": {"htpasswd": {"realm": its.realm, "path": HTPASSWD}}} if its.auth else {}),
        "health": {"storagedriver": {"enabled": True, "interval": "10s", "threshold": 3}},
        "catalog": {"maxentries": its.page},
    }
    return yaml_text.document(made)


def _log(its: settings.Log) -> Object:
    return {
        "level": _LEVELS.get(its.level, its.level),
        "formatter": its.format,
        "accesslog": {"disabled": not its.access},
    }


def _storage(its: settings.Registry) -> Object:
    return {
        "filesystem": {"rootdirectory": STORAGE},
        "cache": {"blobdescriptor": "inmemory"},
        "delete": {"enabled": its.delete},
        "maintenance": {
            "uploadpurging": {
                "enabled": True,
                "age": duration(its.upload_age),
                "interval": duration(its.upload_interval),
                "dryrun": False,
            },
            "readonly": {"enabled": its.readonly},
        },
    }


def _http(chosen: settings.Settings) -> Object:
    """Relative URLs are right behind any proxy; without them a proxy in front of Traefik makes the next URL of a push plain HTTP.

    https://distribution.github.io/distribution/about/configuration/#http (relativeurls, host, draintimeout)
    """
    its = chosen.registry
    headers: dict[str, list[str]] = {"X-Content-Type-Options": ["nosniff"]}
    for name, value in its.headers:
        headers.setdefault(name, []).append(value)
    return {
        "addr": f":{PORT}",
        **({"host": its.url} if its.url else {"relativeurls": True}),
        "draintimeout": duration(chosen.up.stop_timeout_s),
        "headers": headers,
    }


def endpoints(webhooks: tuple[options.Webhook, ...]) -> str:
    """Who is told, as JSON. https://distribution.github.io/distribution/about/configuration/#endpoints"""
    return json.dumps([_endpoint(webhook) for webhook in webhooks])


def _endpoint(its: options.Webhook) -> Object:
    headers: dict[str, list[str]] = {}
    for name, value in its.headers:
        headers.setdefault(name, []).append(value)
    return {
        "name": its.name,
        "url": its.url,
        "headers": headers,
        "timeout": duration(its.timeout_s),
        "threshold": its.threshold,
        "backoff": duration(its.backoff_s),
        "ignoredmediatypes": list(its.ignored_media_types),
        "ignore": {"actions": [event for event in _EVENTS if event not in its.actions]},
    }


def duration(seconds: float) -> str:
    """As Go writes durations, in the largest unit that divides it. https://pkg.go.dev/time#ParseDuration"""
    milliseconds = round(seconds * 1000)
    for unit, worth in (("h", 3_600_000), ("m", 60_000), ("s", 1000)):
        if milliseconds and milliseconds % worth == 0:
            return f"{milliseconds // worth}{unit}"
    return f"{milliseconds}ms"
