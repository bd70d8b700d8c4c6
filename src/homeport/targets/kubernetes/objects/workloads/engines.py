"""Whose server a component runs, and what is asked for that it could not do."""

from __future__ import annotations

from collections.abc import Iterator

from homeport import errors
from homeport.stack import names, settings

_ONLY_BUILTIN = {
    "registry": ("rules", "tokens", "retention", "upstreams", "gc_untagged", "scrub_interval"),
    "cloud": ("verify_signatures",),
}
"""What images of others would leave out without a word: who may do what, and what is kept."""


def is_builtin(engine: str) -> bool:
    """Whether a component runs from Homeport's own image; by default it is the data model's."""
    return engine == "builtin"


def own(chosen: settings.Settings) -> tuple[str, ...]:
    """The components that run from Homeport's own image."""
    engine = (chosen.registry.engine, chosen.ui.engine, chosen.cloud.engine)
    return tuple(
        name for name, its in zip(settings.DEPLOYED, engine, strict=True) if is_builtin(its)
    )


def check(chosen: settings.Settings) -> None:
    """Raises `SettingsError` that names all that cannot be deployed, so that nothing is left out silently."""
    problems = [*_upstream(chosen), *_builtin(chosen), *_ui(chosen), *_sizes(chosen)]
    problems += _hosts(chosen)
    if problems:
        raise errors.SettingsError("\n".join(problems), hint="docs/settings.md lists all settings.")


def _upstream(chosen: settings.Settings) -> Iterator[str]:
    for group, keys in _ONLY_BUILTIN.items():
        its = getattr(chosen, group)
        if is_builtin(its.engine):
            continue
        for key in keys:
            setting = names.BY_KEY[f"{group}.{key}"]
            if setting.of(chosen) != setting.default:
                yield (
                    f"{setting.key}: {its.image} does not have it. "
                    f'Write {group}.engine = "builtin", or leave it out.'
                )


def _builtin(chosen: settings.Settings) -> Iterator[str]:
    if is_builtin(chosen.cloud.engine) and chosen.functions.executor != "process":
        yield (
            f"functions.executor: a pod cannot start functions by {chosen.functions.executor} yet. "
            'Write functions.executor = "process".'
        )
    for number, upstream in enumerate(chosen.registry.upstreams):
        for key in ("password_file", "ca"):
            if is_builtin(chosen.registry.engine) and getattr(upstream, key) is not None:
                yield f"registry.upstreams[{number}].{key}: a pod does not see the files of this machine. Leave it out."


def _ui(chosen: settings.Settings) -> Iterator[str]:
    """Where the web UI looks: at nothing else than what it is told."""
    its = chosen.ui
    if its.enabled and not is_builtin(its.engine) and its.registry_url:
        yield (
            f"ui.registry_url: {its.image} is deployed for the stack's own registry. "
            'Write ui.engine = "builtin", or leave it out.'
        )
    if its.enabled and is_builtin(its.engine) and its.ca is not None:
        yield (
            "ui.ca: a pod does not see the files of this machine. "
            "Leave it out, and let ui.registry_url and ui.cloud_url be what its system trusts."
        )


def _sizes(chosen: settings.Settings) -> Iterator[str]:
    for group in ("registry", "cloud"):
        its = getattr(chosen, group)
        if its.volume is None and its.quota is None:
            yield (
                f"{group}.quota is none, and a volume has a size. "
                f'Write {group}.volume = "30GiB", or another size.'
            )


def _hosts(chosen: settings.Settings) -> Iterator[str]:
    hosts = chosen.hosts
    seen: dict[str, str] = {}
    for group, host in (("registry", hosts.registry), ("ui", hosts.ui), ("cloud", hosts.cloud)):
        if host in seen:
            yield f"{seen[host]}.hostname and {group}.hostname are both {host}. Give one of them another name."
        seen.setdefault(host, group)
