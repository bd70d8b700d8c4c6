"""`homeport node-config`: what nodes need to pull from the registry; printed, or installed on this machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from homeport import errors
from homeport.cli import arguments, output
from homeport.cli.kubernetes import opening
from homeport.cli.view import words
from homeport.net.trust.files import writing
from homeport.stack import settings
from homeport.targets.kubernetes import users
from homeport.targets.kubernetes.nodes import forms, installing, needed
from homeport.targets.kubernetes.nodes.needed import Needed

OK = 0
_DEFAULT_CA = PurePosixPath("/etc/rancher/k3s/homeport-ca.crt")


def configure(parser: arguments.Parser) -> None:
    """The form, credentials, and whether to install."""
    parser.add_argument(
        "--form",
        choices=tuple(forms.FORMS),
        default="k3s",
        help="what runs the node's containers (default: %(default)s)",
    )
    parser.add_argument(
        "--with-password",
        action="store_true",
        help="with the credentials of the admin; without them pods need imagePullSecrets",
    )
    parser.add_argument(
        "--ca-file", type=Path, metavar="FILE", help="the CA, instead of asking the cluster for it"
    )
    parser.add_argument(
        "--port",
        type=int,
        default=needed.HTTPS,
        help="where nodes reach the ingress (default: %(default)s)",
    )
    doing = parser.add_mutually_exclusive_group()
    doing.add_argument(
        "--install",
        action="store_true",
        help="write the files on this machine, as one of the nodes",
    )
    doing.add_argument("--uninstall", action="store_true", help="take them away again")
    parser.add_argument(
        "--root", type=Path, default=Path("/"), metavar="DIR", help="the root folder to install in"
    )
    parser.epilog = (
        "Every node needs the files: the Kubernetes API cannot write them. kubernetes.node_trust chooses between a file of the "
        "CA, what the nodes' system trusts, and no trust at all; kubernetes.node_ca is the place of that file for K3s."
    )


def run(given: arguments.Given) -> int:
    """Prints, installs or uninstalls."""
    chosen, form = given.load().settings, forms.FORMS[given["form"]]
    if given["uninstall"]:
        _permit(given["root"], "uninstall")
        if _do(installing.removals, _bare(given, chosen), form, given["root"]):
            output.say(form.reload)
        return OK
    if given["install"]:
        _permit(given["root"], "install")
    wanted = _needed(given, chosen)
    if not given["install"]:
        _print(wanted, form)
    elif not _do(installing.steps, wanted, form, given["root"]):
        return OK
    _next(wanted, form, is_here=given["install"] and given["root"] == Path("/"))
    return OK


def _permit(root: Path, verb: str) -> None:
    if root == Path("/") and os.geteuid() != 0:
        raise errors.HomeportError(
            f"Only root may write the files of a node; nothing was {verb}ed.",
            hint=f"sudo {words.command()} node-config --{verb} ... as before; or --root DIR, to look at them first.",
        )


def _bare(given: arguments.Given, chosen: settings.Settings) -> Needed:
    """The registry, without what only the cluster knows."""
    its = chosen.kubernetes
    path = PurePosixPath(its.node_ca or _DEFAULT_CA)
    host, user = chosen.hosts.registry, chosen.admin.user
    return Needed(host, its.node_trust, path, user=user, port=given["port"])


def _needed(given: arguments.Given, chosen: settings.Settings) -> Needed:
    bare = _bare(given, chosen)
    trust, ca = bare.trust, ""
    if trust == needed.CA:
        ca = authority(given)
        if not ca:
            output.note(
                "The issuer of the registry's certificate names no CA; nodes are told to trust what their system does."
            )
            trust = needed.SYSTEM
    password = _password(chosen) if given["with_password"] else ""
    return Needed(bare.host, trust, bare.ca_path, ca, bare.user, password, bare.port)


def authority(given: arguments.Given) -> str:
    """The CA, from a file or of the cluster, PEM; empty where its issuer names none. Raises `HomeportError`."""
    file: Path | None = given["ca_file"]
    if file is None:
        with opening.opened(given) as here:
            return needed.authority(here.cluster, here.chosen)
    try:
        text = file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise errors.HomeportError(f"{file} could not be read: {errors.reason(error)}.") from error
    if "-----BEGIN CERTIFICATE-----" not in text:
        raise errors.HomeportError(f"{file} is no certificate in PEM.")
    return text


def _password(chosen: settings.Settings) -> str:
    """As it was set, or as this machine keeps it: the cluster has its hash only."""
    if chosen.admin.password:
        return chosen.admin.password
    file = users.password_file(chosen)
    try:
        return file.read_text().strip()
    except OSError as error:
        raise errors.HomeportError(
            f"The password of {chosen.admin.user} is not known here: {file} could not be read ({errors.reason(error)}).",
            hint="Give it as HOMEPORT_ADMIN_PASSWORD; or leave --with-password out and use imagePullSecrets.",
        ) from error


def _print(wanted: Needed, form: forms.Form) -> None:
    for file in form.files(wanted):
        secret = ", only for root (0600)" if file.mode == forms.PRIVATE else ""
        output.out(f"# {file.path}{secret}\n{file.text}")
    if not wanted.password:
        output.out(
            "# Instead of credentials on nodes: kubectl apply -n NAMESPACE -f this, and imagePullSecrets: [{name: homeport-registry}] in pods\n"
            + forms.pull_secret(wanted)
        )


def _do(plan: installing.Planning, wanted: Needed, form: forms.Form, root: Path) -> bool:
    """Writes or takes away the files; whether that changed anything."""
    steps: Sequence[writing.Step] = plan(wanted, form.files(wanted), root)
    for step in steps:
        kept = f" (as it is now: {step.backup})" if step.backup else ""
        output.out(f"{step.action:<10} {step.path}{kept}")
    writing.carry_out(steps)
    return any(step.action is not writing.Action.NONE for step in steps)


def _next(wanted: Needed, form: forms.Form, *, is_here: bool) -> None:
    lines = [
        form.reload,
        f"The node itself must resolve {wanted.host} (its DNS or /etc/hosts; the cluster's DNS does not count): getent hosts {wanted.host}",
        f"Then try: {form.check.format(wanted.key, wanted.key)}",
    ]
    if form.login and not wanted.password:
        lines.insert(1, f"Credentials: {form.login.format(wanted.key)}")
    output.say("\n".join(lines))
    if is_here and not _resolves(wanted):
        output.note(f"This machine does not resolve {wanted.host}.")


def _resolves(wanted: Needed) -> bool:
    try:
        return bool(socket.getaddrinfo(wanted.host, wanted.port))
    except OSError:
        return False
