"""The settings in words, from the docstrings in `settings`: for `--help` and docs/settings.md."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

from homeport.stack import names, settings

_HEAD = """# Settings

Every setting can be given as a flag, in the environment or in a file, and is taken from the first that has it:

1. a flag: `homeport up --registry-port 5443`,
2. the environment: `HOMEPORT_REGISTRY_PORT=5443`; an empty variable counts as not given,
3. the settings file: the one of `--config` or `HOMEPORT_CONFIG`, else `homeport.toml` where the command is run, else
   `~/.config/homeport/homeport.toml`,
4. the names of LocalStack in the environment, for the cloud (see below),
5. the default.

Relative folders start at the folder of the settings file that names them, else where the command is run. Sizes are written
`30GiB`, `512MiB`, `10GB` or `none` for no limit. Lists are separated by commas outside the settings file.

The settings file is [TOML](https://toml.io):

```toml
data = "/srv/homeport"

[registry]
port = 5443
```

"""

_LOCALSTACK = """
## Names of LocalStack

| variable | what it sets |
| --- | --- |
| `SERVICES` | `cloud.services`; services that Homeport does not have are named at the start |
| `PERSISTENCE` | nothing: data is always kept; another value than `1` is pointed out |
| `DATA_DIR` | `cloud.folder` |
| `GATEWAY_LISTEN` | `cloud.host` and `cloud.port` (the first address of a list) |
| `LOCALSTACK_HOST` | adds its host to `tls.hostnames`; URLs that the cloud gives out hold the host that the client used |
| `DEBUG` | `log.level`: `1` is `debug` |
| `LAMBDA_RUNTIME_EXECUTOR` | `functions.executor`; `local` is `process` |
| `LAMBDA_KEEPALIVE_MS` | `functions.idle_s` |
"""


def descriptions() -> dict[str, str]:
    """What each setting is, by its key."""
    tree = ast.parse(inspect.getsource(settings))
    texts = {node.name: dict(_fields(node)) for node in tree.body if isinstance(node, ast.ClassDef)}
    return {
        setting.key: texts[setting.group.capitalize() or "Settings"][setting.name]
        for setting in names.ALL
    }


def _fields(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Names with the docstring that follows each."""
    for field, after in zip(node.body, node.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            yield field.target.id, str(after.value.value)


def default(setting: names.Setting) -> str:
    """The default in words."""
    if setting.key == "data":
        return "~/.local/share/homeport"
    if setting.default is None:
        return ""
    return setting.kind.show(setting.default)


def page() -> str:
    """docs/settings.md."""
    said = descriptions()
    text = _HEAD
    for group in ("", *names.GROUPS):
        text += f"\n## {group}\n" if group else "## At the top\n"
        if group:
            text += f"\n{_summary(group)}\n"
        text += (
            "\n| key | flag and environment | default | what it is |\n| --- | --- | --- | --- |\n"
        )
        text += "".join(_row(setting, said) for setting in names.ALL if setting.group == group)
    return text + _LOCALSTACK


def _summary(group: str) -> str:
    return str(getattr(settings, group.capitalize()).__doc__)


def _row(setting: names.Setting, said: dict[str, str]) -> str:
    shown = default(setting)
    return (
        f"| `{setting.key}` | `{setting.flag}` `{setting.variable}` | {f'`{shown}`' if shown else ''} "
        f"| {said[setting.key]} Value: {setting.kind.allowed}. |\n"
    )
