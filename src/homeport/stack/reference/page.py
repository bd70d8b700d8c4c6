"""The settings in words, from the docstrings in `settings`: for `--help` and docs/settings.md."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import sys
from collections.abc import Iterator
from types import ModuleType

from homeport.registry import options
from homeport.stack import names, settings
from homeport.stack.distribution import keys
from homeport.stack.kinds import tables

_HEAD = """# Settings

Every setting can be given as a flag, in the environment or in a file, and is taken from the first that has it:

1. a flag: `homeport up --registry-port 5443`,
2. the environment: `HOMEPORT_REGISTRY_PORT=5443`; an empty variable counts as not given,
3. the settings file: the one of `--config` or `HOMEPORT_CONFIG`, else `homeport.toml` where the command is run, else
   `~/.config/homeport/homeport.toml`,
4. the names of registry v2 in the environment (`REGISTRY_HTTP_ADDR`), then its `config.yml`, for the registry (see below),
5. the names of LocalStack in the environment, for the cloud (see below),
6. the default.

Relative folders start at the folder of the settings file that names them, else where the command is run. Sizes are written
`30GiB`, `512MiB`, `10GB` or `none` for no limit, durations `90s`, `15m`, `1h30m`, `7d`. Lists are separated by commas outside the
settings file; tables are JSON there: `HOMEPORT_REGISTRY_RULES='[{"repositories": ["team/**"], "users": ["ada"]}]'`.
What holds passwords has no flag, as other users of the machine can read a command line.

The settings file is [TOML](https://toml.io):

```toml
data = "/srv/homeport"

[registry]
port = 5443
```

"""

_DISTRIBUTION = """
## Names of registry v2

A `config.yml` of registry v2 (CNCF Distribution) is read where `registry.config` names one, and the variables that override it in
any case: `REGISTRY_HTTP_ADDR` is `http.addr`, and its value is YAML. Relative paths start where the command is run. What such a file
does not say has Distribution's default: no TLS, and nothing can be deleted. Passwords are asked for all the same.
[The guide](registry.md#moving-from-registry2) shows it.

| key | what becomes of it |
| --- | --- |
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
    found = {name: texts(module) for name, module in _modules().items()}
    return {setting.key: _text(found[setting.group], setting) for setting in names.ALL}


def _modules() -> dict[str, ModuleType]:
    """The module that declares each group; the empty name is that of what stands at the top."""
    named = {group: type(getattr(settings.Settings(), group)) for group in names.GROUPS}
    made = {group: sys.modules[kind.__module__] for group, kind in named.items()}
    return {"": settings, **made}


def _text(found: dict[str, dict[str, str]], setting: names.Setting) -> str:
    return found[setting.group.capitalize() or "Settings"][setting.name]


def texts(module: ModuleType) -> dict[str, dict[str, str]]:
    """The docstrings of the fields of each class."""
    tree = ast.parse(inspect.getsource(module))
    return {node.name: dict(_fields(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


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
            text += f"\n{summary(group)}\n"
        text += (
            "\n| key | flag and environment | default | what it is |\n| --- | --- | --- | --- |\n"
        )
        its = [setting for setting in names.ALL if setting.group == group]
        text += "".join(_row(setting, said) for setting in its)
        text += "".join(_table(setting) for setting in its)
    followed = "".join(f"| `{name}` | {key.meaning} |\n" for name, key in keys.ALL.items())
    return text + _DISTRIBUTION + followed + _LOCALSTACK


def summary(group: str) -> str:
    """What a table is for."""
    return str(getattr(settings, group.capitalize()).__doc__)


def _row(setting: names.Setting, said: dict[str, str]) -> str:
    shown = default(setting)
    flag = "" if setting.is_secret else f"`{setting.flag}` "
    return (
        f"| `{setting.key}` | {flag}`{setting.variable}` | {f'`{shown}`' if shown else ''} "
        f"| {said[setting.key]} Value: {setting.kind.allowed}. |\n"
    )


def _table(setting: names.Setting) -> str:
    """The keys of an array of tables."""
    kind = setting.kind
    if not isinstance(kind, tables.Tables):
        return ""
    said = texts(options)[kind.made.__name__]
    default = {field.name: field.default for field in dataclasses.fields(kind.made)}
    text = f"\n### {setting.key}\n\nEach `[[{setting.key}]]` has these keys:\n\n"
    text += "| key | default | what it is |\n| --- | --- | --- |\n"
    for column in kind.columns:
        what = " ".join(said.get(column.field, "").split())
        value = _shown(column, default[column.field])
        text += f"| `{column.name}` | {value} | {what} Value: {column.kind.allowed}. |\n"
    return text


def _shown(column: tables.Column, default: object) -> str:
    if column.is_required:
        return "required"
    return f"`{column.kind.show(default)}`" if default not in {None, "", ()} else ""
