"""What Homeport's own image is told: variables, for what differs from the default and concerns the component."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack import names, settings

_COMMON = ("log.level", "log.access", "log.format", "up.stop_timeout_s")
_NAMED = ("domain", "registry.hostname", "ui.hostname", "cloud.hostname", "tls.hostnames")
_OF_MACHINE = frozenset(
    {
        "registry.host",
        "registry.port",
        "registry.tls",
        "registry.certificate",
        "registry.key",
        "registry.htpasswd",
        "registry.folder",
        "registry.audit_file",
        "registry.config",
        "registry.debug",
        "registry.trusted_proxies",
        "cloud.host",
        "cloud.port",
        "cloud.folder",
        "ui.host",
        "ui.port",
        "ui.tls",
        "ui.ca",
        "functions.docker",
    }
)
"""What is about files and addresses of this machine: the pod has its own."""

IN_CONFIG = frozenset(
    {
        "registry.realm",
        "registry.delete",
        "registry.readonly",
        "registry.page",
        "registry.headers",
        "registry.upload_age",
        "registry.upload_interval",
        "registry.url",
        *_COMMON,
    }
)
"""What the registry reads in config.yml."""


def registry(chosen: settings.Settings) -> dict[str, str]:
    """The variables of the registry, beside config.yml."""
    return _trusted(chosen) | {
        setting.variable: setting.kind.show(setting.of(chosen))
        for setting in _changed(chosen, "registry", ("admin.user", *_NAMED))
        if setting.key not in IN_CONFIG and not setting.is_secret
    }


def registry_ui(chosen: settings.Settings) -> dict[str, str]:
    """The variables of the web console, beside where it listens and whom it asks."""
    namespaces = {
        names.BY_KEY[f"{group}.namespace"].variable: getattr(chosen, group).namespace
        for group in ("registry", "cloud")
    }
    return {
        **namespaces,
        **_trusted(chosen),
        **{
            setting.variable: setting.kind.show(setting.of(chosen))
            for setting in _changed(chosen, "ui", (*_COMMON, *_NAMED))
        },
    }


def _trusted(chosen: settings.Settings) -> dict[str, str]:
    """Traefik is among the pods."""
    trusted = names.BY_KEY["registry.trusted_proxies"]
    proxies = dict.fromkeys((*trusted.of(chosen), *chosen.kubernetes.pod_networks))
    return {trusted.variable: trusted.kind.show(tuple(proxies))}


def registry_secrets(chosen: settings.Settings) -> dict[str, str]:
    """Those of them that hold passwords."""
    return {
        setting.variable: setting.kind.show(setting.of(chosen))
        for setting in _changed(chosen, "registry", ())
        if setting.is_secret
    }


def cloud(chosen: settings.Settings) -> dict[str, str]:
    """The variables of the cloud, beside those that it has with LocalStack's names."""
    return {
        setting.variable: setting.kind.show(setting.of(chosen))
        for group in ("cloud", "functions")
        for setting in _changed(chosen, group, (*_COMMON, *_NAMED) if group == "cloud" else ())
        if setting.key != "cloud.services"
    }


def _changed(
    chosen: settings.Settings, group: str, more: tuple[str, ...]
) -> Iterator[names.Setting]:
    for setting in names.ALL:
        is_its = setting.group == group and setting.key not in _OF_MACHINE
        is_wanted = setting.is_handed_on and (is_its or setting.key in more)
        if is_wanted and setting.of(chosen) != setting.default:
            yield setting
