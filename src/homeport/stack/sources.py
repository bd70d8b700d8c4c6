"""Where settings come from: the environment, flags, and the environment names of LocalStack; `document` reads homeport.toml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from homeport.stack import names, settings

FILE_NAME = "homeport.toml"


class Raw(NamedTuple):
    """A value as it was written, and where."""

    value: object
    origin: str
    """What an error begins with: `homeport.toml:7`, `--registry-port`, `HOMEPORT_REGISTRY_PORT`."""
    base: Path | None = None
    """Where relative folders start; None for the folder in which the command is run."""
    places: Mapping[str, str] = MappingProxyType({})
    """The origin of what lies inside the value, where that is known: of `[0]`, of `[0].users`."""

    def at(self, place: str) -> str:
        """The origin of a part, or of the smallest known thing that holds it."""
        while place and place not in self.places:
            place = place[: max(place.rfind("."), place.rfind("["), 0)]
        return self.places.get(place, self.origin)


class Found:
    """What one source says."""

    def __init__(self, values: dict[str, Raw] | None = None) -> None:
        self.values = values or {}
        """By the setting's key."""
        self.problems: list[str] = []
        self.notes: list[str] = []


def flags(given: Mapping[str, str]) -> Found:
    """Settings given on the command line, by key."""
    return Found({key: Raw(text, names.BY_KEY[key].flag) for key, text in given.items()})


def environment(environ: Mapping[str, str]) -> Found:
    """Settings given as `HOMEPORT_*`; an empty one counts as not given."""
    found = Found()
    for variable in sorted(environ):
        if not names.is_setting(variable):
            continue
        setting = names.BY_VARIABLE.get(variable)
        if setting is None:
            found.problems.append(unknown(variable, names.nearest_variable(variable)))
        elif environ[variable]:
            found.values[setting.key] = Raw(environ[variable], variable)
    return found


def unknown(origin: str, nearest: str) -> str:
    """What is said of a name that no setting has."""
    suggestion = f" Did you mean {nearest}?" if nearest else ""
    return f"{origin}: there is no such setting.{suggestion}"


# Registry v2, https://distribution.github.io/distribution/about/configuration/

_DISTRIBUTION_PREFIX = "REGISTRY_"
_CONFIGURATION_PATH = "REGISTRY_CONFIGURATION_PATH"
_OTHERS = frozenset({"REGISTRY_AUTH_FILE"})
"""Variables of other programs: https://docs.podman.io/en/latest/markdown/podman-login.1.html"""


def is_distribution(variable: str) -> bool:
    """Whether a variable is one of registry v2."""
    return variable.startswith(_DISTRIBUTION_PREFIX) and variable not in _OTHERS


def configuration_path(environ: Mapping[str, str]) -> Found:
    """The config.yml under the name that registry v2 gave it."""
    path = environ.get(_CONFIGURATION_PATH)
    return Found({"registry.config": Raw(path, _CONFIGURATION_PATH)} if path else None)


def distribution(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that override what config.yml says."""
    return {
        name: text
        for name, text in environ.items()
        if is_distribution(name) and name != _CONFIGURATION_PATH
    }


# LocalStack, https://docs.localstack.cloud/references/configuration/


def localstack(environ: Mapping[str, str]) -> Found:
    """Settings under the names that LocalStack gave them. They are the last before the defaults."""
    found = Found()
    for variable, read in _LOCALSTACK.items():
        if environ.get(variable):
            read(found, variable, environ[variable].strip())
    return found


_SERVICE_OF = {"dynamodbstreams": "dynamodb"}
"""Names that LocalStack has for what is a part of another service here."""


def _services(found: Found, variable: str, text: str) -> None:
    named = [word.strip().lower() for word in text.split(",") if word.strip()]
    words = list(dict.fromkeys(_SERVICE_OF.get(word, word) for word in named))
    known = settings.SERVICES + settings.SUPPORTING_SERVICES
    if missing := [word for word in words if word not in known]:
        found.notes.append(f"{variable}: Homeport does not have {', '.join(missing)}.")
    if there := [word for word in words if word in settings.SERVICES]:
        found.values["cloud.services"] = Raw(there, variable)


def _persistence(found: Found, variable: str, text: str) -> None:
    if text.lower() not in {"1", "true"}:
        found.notes.append(f"{variable}={text} is not followed: Homeport always keeps its data.")


def _data_dir(found: Found, variable: str, text: str) -> None:
    found.values["cloud.folder"] = Raw(text, variable)


def _gateway_listen(found: Found, variable: str, text: str) -> None:
    first, *others = text.split(",")
    if others:
        found.notes.append(f"{variable}: Homeport listens on the first address only, {first}.")
    host, colon, port = first.strip().rpartition(":")
    if not colon:
        host, port = ("", first) if first.isdigit() else (first, "")
    if host:
        found.values["cloud.host"] = Raw(host, variable)
    if port:
        found.values["cloud.port"] = Raw(port, variable)


def _localstack_host(found: Found, variable: str, text: str) -> None:
    # URLs hold the host that the client used; here it must only be known.
    host = text.rpartition(":")[0] if text.rpartition(":")[2].isdigit() else text
    found.values["tls.hostnames"] = Raw([host], variable)


def _debug(found: Found, variable: str, text: str) -> None:
    # Many programs have a DEBUG of their own with other words; only LocalStack's are ours.
    if text.lower() in {"1", "true"}:
        found.values["log.level"] = Raw("debug", variable)


def _executor(found: Found, variable: str, text: str) -> None:
    # https://docs.localstack.cloud/aws/configuration/config/configuration/#lambda
    word = {"local": "process"}.get(text.lower(), text.lower())
    if word in {"process", "docker", "kubernetes"}:
        found.values["functions.executor"] = Raw(word, variable)
    else:
        found.notes.append(f"{variable}={text} is not followed: there is no such executor.")


def _keep_alive(found: Found, variable: str, text: str) -> None:
    if not text.isdigit():
        found.notes.append(f"{variable}={text} is not followed: it is no number of milliseconds.")
        return
    found.values["functions.idle_s"] = Raw(str(max(1, int(text) // 1000)), variable)


_LOCALSTACK = {
    "SERVICES": _services,
    "PERSISTENCE": _persistence,
    "DATA_DIR": _data_dir,
    "GATEWAY_LISTEN": _gateway_listen,
    "LOCALSTACK_HOST": _localstack_host,
    "DEBUG": _debug,
    "LAMBDA_RUNTIME_EXECUTOR": _executor,
    "LAMBDA_KEEPALIVE_MS": _keep_alive,
}
LOCALSTACK_VARIABLES = tuple(_LOCALSTACK)
