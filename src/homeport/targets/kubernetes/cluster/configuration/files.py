"""Which files say so, and reads one.

https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#the-kubeconfig-environment-variable
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, cast

from homeport import errors as homeport_errors
from homeport.targets.kubernetes.cluster import errors, limits
from homeport.targets.kubernetes.cluster.configuration.access import Places


class _Yaml(Protocol):
    YAMLError: type[Exception]
    SafeLoader: type[Any]

    def load(self, stream: bytes, Loader: type[Any]) -> Any: ...  # noqa: N803  # PyYAML's own name


def chosen(path: Path | None, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The files that a person has: the one that is named, those of KUBECONFIG, or that of the home folder; there, or none."""
    if path is not None:
        return (_present(path.expanduser()),)
    listed = [Path(part) for part in environ.get("KUBECONFIG", "").split(os.pathsep) if part]
    if listed:
        found = tuple(part for part in listed if _is_there(part))
        if not found:
            names = ", ".join(map(str, listed))
            raise errors.Unconfigured(
                f"KUBECONFIG names {names}, which is not there.",
                hint="Point it at the kubeconfig of your cluster, or unset it: unset KUBECONFIG",
            )
        return found
    home = environ.get("HOME")
    usual = (Path(home) if home else Path.home()) / ".kube" / "config"
    return (usual,) if _is_there(usual) else ()


def k3s(places: Places) -> tuple[Path, ...]:
    """That of K3s on this machine, where it is one of its nodes."""
    return (places.k3s,) if _is_there(places.k3s) else ()


def read(path: Path, places: Places) -> dict[str, Any]:
    """A kubeconfig as it is. YAML or JSON. Raises `Unconfigured`; what the file holds is never told."""
    try:
        with path.open("rb") as file:
            content = file.read(limits.CONFIG_BYTES + 1)
    except PermissionError as error:
        raise _forbidden(path, places) from error
    except OSError as error:
        why = homeport_errors.reason(error)
        raise errors.Unconfigured(f"{path} can not be read: {why}.") from error
    if len(content) > limits.CONFIG_BYTES:
        raise errors.Unconfigured(f"{path} is too large to be a kubeconfig.")
    document = _load(content, path)
    if document is not None and not isinstance(document, dict):
        raise errors.Unconfigured(f"{path} is not a kubeconfig.", hint=_SHAPE)
    return document or {}


_SHAPE = "See one: kubectl config view"


def _load(content: bytes, path: Path) -> Any:
    yaml = cast("_Yaml", importlib.import_module("yaml"))
    try:
        return yaml.load(content, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        # Its text would show the line, and the line may be a token.
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark is not None else ""
        raise errors.Unconfigured(f"{path}{where}: this is not YAML.", hint=_SHAPE) from None
    except (ValueError, RecursionError):
        raise errors.Unconfigured(f"{path} is not YAML.", hint=_SHAPE) from None


def _present(path: Path) -> Path:
    if not _is_there(path):
        raise errors.Unconfigured(
            f"{path} is not there.",
            hint="Name the kubeconfig of your cluster: --kubernetes-kubeconfig FILE",
        )
    return path


def _is_there(path: Path) -> bool:
    """What may not be looked at counts: reading it will say so."""
    try:
        return path.exists()
    except PermissionError:
        return True


def _forbidden(path: Path, places: Places) -> errors.Unconfigured:
    if path.resolve() != places.k3s.resolve():
        return errors.Unconfigured(
            f"{path} may not be read by this user.", hint=f"See whose it is: ls -l {path}"
        )
    return errors.Unconfigured(
        f"{path} is K3s's kubeconfig, which only root may read.",
        hint=(
            f"Take a copy: mkdir -p ~/.kube && sudo cp {path} ~/.kube/config && "
            'sudo chown "$(id -u)" ~/.kube/config'
        ),
    )
