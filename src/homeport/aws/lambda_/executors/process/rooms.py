"""What an environment sees of this machine: AWS's places in a root of its own, or other places where the kernel has no namespaces."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from homeport.aws.lambda_.executors.base import Plan
from homeport.aws.lambda_.executors.process.launcher import identity
from homeport.aws.lambda_.executors.process.launcher.spec import Spec
from homeport.aws.lambda_.runtimes import interpreters
from homeport.aws.lambda_.runtimes.base import Places, Run

_USER = "sbx_user1051"
"""AWS's name for who runs functions."""
_LANGUAGE = "/var/lang"
"""Where AWS has its interpreters; here for those whose own place means something else inside."""
_TAKEN = ("/opt/", "/tmp/", "/var/", "/dev/", "/proc/", "/etc/")  # noqa: S108 - a place inside
_TOP = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_SETTINGS = (
    "ssl/certs",
    "ssl/openssl.cnf",
    "pki/ca-trust",
    "pki/java",
    "pki/tls/cert.pem",
    "pki/tls/certs",
    "pki/tls/openssl.cnf",
    "ca-certificates",
    "alternatives",
    "ld.so.cache",
    "localtime",
    "mime.types",
    "protocols",
    "services",
)
"""What programs read of /etc and tells nothing about this machine."""
_COPIED = ("hosts", "resolv.conf", "nsswitch.conf")
_FOLDERS = ["/dev", "/proc", "/tmp", "/opt", "/etc", "/var/task", "/var/runtime"]  # noqa: S108 - inside
_MOST_COPIED = 65_536


def places_outside(room: Path, plan: Plan, *, has_copy: bool) -> Places:
    """Where a function finds its things without a root of its own."""
    task = room / "task" if has_copy else (plan.code.task or room)
    return Places(str(task), str(room / "opt"), str(room / "runtime"), str(room / "tmp"))


def shut(plan: Plan, run: Run, root: Path, layers: list[str], host_uid: int) -> Spec:
    """An environment with a root of its own."""
    moved = _moved(run)
    binds = [("/usr", "/usr"), *_settings(), *moved]
    binds += [(str(path), f"/var/runtime/{name}") for name, path in run.scripts.items()]
    if plan.code.task is not None:
        binds.append((str(plan.code.task), "/var/task"))
    top = [Path(path) for path in _TOP]
    binds += [(str(path), str(path)) for path in top if path.is_dir() and not path.is_symlink()]
    return Spec(
        command=[_inside(word, moved) for word in run.command],
        environment=variables(plan, run, Places(), _inside(run.binaries, moved)),
        folder="/var/task",
        memory_mb=plan.version.memory_mb,
        ephemeral_mb=plan.version.ephemeral_mb,
        host_uid=host_uid,
        root=str(root),
        folders=_FOLDERS,
        files=_files(),
        links=[(str(path), str(path.readlink())) for path in top if path.is_symlink()],
        binds=binds,
        layers=layers,
    )


def open_(plan: Plan, run: Run, places: Places, host_uid: int) -> Spec:
    """An environment that sees this machine as it is."""
    return Spec(
        command=list(run.command),
        # Programs look for their user's home where nothing is said, and may find that of a person.
        environment={
            "HOME": places.temporary,
            **variables(plan, run, places, run.binaries),
            "TMPDIR": places.temporary,
        },
        folder=places.task,
        memory_mb=plan.version.memory_mb,
        ephemeral_mb=plan.version.ephemeral_mb,
        host_uid=host_uid,
    )


def variables(plan: Plan, run: Run, places: Places, binaries: str) -> dict[str, str]:
    """All that the function sees; the last group follows from where it runs and cannot be set.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
    """
    path = ["/usr/local/bin", "/usr/bin", "/bin", f"{places.layers}/bin"]
    if binaries and binaries not in path:
        path.insert(0, binaries)
    libraries = [f"{_LANGUAGE}/lib", places.runtime, f"{places.runtime}/lib", places.task]
    libraries += [f"{places.task}/lib", f"{places.layers}/lib"]
    return {
        "PATH": ":".join(path),
        "LD_LIBRARY_PATH": ":".join(libraries),
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        **run.variables,
        "_HANDLER": plan.version.handler,
        **plan.environment,
        "LAMBDA_TASK_ROOT": places.task,
        "LAMBDA_RUNTIME_DIR": places.runtime,
        "AWS_LAMBDA_RUNTIME_API": plan.api,
    }


def furnish(room: Path, plan: Plan, run: Run, host_uid: int) -> None:
    """Fills the folder of an environment that has no root of its own. It has a copy of the code where it runs as another user."""
    (room / "tmp").mkdir(parents=True)
    (room / "runtime").mkdir()
    for name, path in run.scripts.items():
        target = room / "runtime" / name
        target.parent.mkdir(exist_ok=True)
        if path.is_dir() and (not host_uid or interpreters.closed_folder(path / "x") is None):
            target.symlink_to(path)  # a copy of AWS's SDK takes seconds
        else:
            _copy(path, target)
    merge(plan.code.layers, room / "opt")
    if host_uid:
        if plan.code.task is not None:
            _copy(plan.code.task, room / "task")
        os.chown(room / "tmp", host_uid, host_uid)
        os.chown(room, -1, host_uid)
        room.chmod(0o710)  # other functions, which are other users, do not pass
    (room / "tmp").chmod(0o700)


def merge(layers: tuple[Path, ...], target: Path) -> None:
    """Copies layers over each other: folders of one name become one, and of all else the last one counts."""
    target.mkdir(parents=True, exist_ok=True)
    for layer in layers:
        _lay(layer, target)


def _lay(source: Path, target: Path) -> None:
    for entry in source.iterdir():
        there = target / entry.name
        if _is_folder(entry) and _is_folder(there):
            _lay(entry, there)
            continue
        if _is_folder(there):
            shutil.rmtree(there)
        else:
            there.unlink(missing_ok=True)
        _copy(entry, there)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _copy(source: Path, target: Path) -> None:
    if _is_folder(source):
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy(source, target, follow_symlinks=False)


def _moved(run: Run) -> list[tuple[str, str]]:
    """The interpreter's folders, at their own place or, where that is taken, at AWS's."""
    language = _LANGUAGE if len(run.roots) == 1 else f"{_LANGUAGE}/{{}}"
    return [
        (str(root), language.format(root.name) if f"{root}/".startswith(_TAKEN) else str(root))
        for root in run.roots
    ]


def _inside(word: str, moved: list[tuple[str, str]]) -> str:
    for outside, inside in moved:
        if word == outside or word.startswith(f"{outside}/"):
            return inside + word[len(outside) :]
    return word


def _settings() -> list[tuple[str, str]]:
    folder = Path("/etc")
    paths = [folder / name for name in _SETTINGS]
    paths += [*folder.glob("java-*"), *folder.glob("python3*")]
    return [(str(path), str(path)) for path in paths if path.exists()]


def _files() -> list[tuple[str, str]]:
    made = {
        "passwd": f"root:x:0:0:root:/root:/sbin/nologin\n{_USER}:x:{identity.UID}:{identity.GID}::/home/{_USER}:/sbin/nologin\n",
        "group": f"root:x:0:\n{_USER}:x:{identity.GID}:\n",
    }
    for name in _COPIED:
        path = Path("/etc", name)
        if path.is_file() and path.stat().st_size <= _MOST_COPIED:
            made[name] = path.read_text(errors="replace")
    return [(f"/etc/{name}", text) for name, text in made.items()]
