"""`homeport tofu export DIR`: the stack as plain files for OpenTofu, on the providers of others. No cluster is asked."""

from __future__ import annotations

import argparse
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from homeport.cli import arguments, output
from homeport.cli.network import naming
from homeport.net.dns.records import Kind
from homeport.stack import settings
from homeport.targets.kubernetes import users
from homeport.targets.kubernetes.objects import names, render
from homeport.tofu.export import export, folder
from homeport.tofu.export.folder import Action, Step
from homeport.tofu.export.wanted import Form, Names, Wanted

_IPV6 = "The provider of the Pi-hole cannot give one name two addresses: dns.address6 is left out."


def configure(parser: argparse.ArgumentParser) -> None:
    """Where to, in what form, and what may be written over."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="where the files are written")
    parser.add_argument(
        "--form",
        choices=tuple(Form),
        default=Form.RESOURCES,
        help="resources: those that the provider has for each kind; manifest: kubernetes_manifest, word for word (default: %(default)s)",
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help="write beside other things, and over own files that were edited; never over files of others",
    )
    parser.add_argument(
        "-o", "--output", choices=("text", "json"), default="text", help="the form of the result"
    )
    parser.epilog = "README.md in DIR says what to run. No file has a secret in it: those are variables. docs/opentofu-export.md"


def run(given: arguments.Given) -> int:
    """Writes them and says what became of each."""
    loaded = given.load()
    for note in loaded.notes:
        output.note(note)
    chosen, root = loaded.settings, given["folder"]
    texts = export.files(wanted(chosen, Form(given["form"])))
    planned = folder.steps(root, texts, is_forced=given["force"])
    folder.carry_out(root, planned)
    if given["output"] == "json":
        output.out_json([{"action": step.action, "path": step.path} for step in planned])
    else:
        _show(chosen, root, planned)
    return 0


def wanted(chosen: settings.Settings, form: Form) -> Wanted:
    """The stack of these settings."""
    its, hosts = chosen.kubernetes, chosen.hosts
    # Of the users only the Secret is needed: what is in it becomes a variable.
    material = render.Material("" if chosen.registry.auth else None)
    ui = {"registry-ui": f"https://{hosts.ui}"} if chosen.ui.enabled else {}
    return Wanted(
        stack=its.name,
        objects=render.objects(chosen, material),
        endpoints={
            "registry": f"https://{hosts.registry}",
            **ui,
            "cloud": f"https://{hosts.cloud}",
        },
        timeout_s=its.timeout_s,
        kubeconfig=str(its.kubeconfig or Wanted._field_defaults["kubeconfig"]),
        context=its.context,
        names=_names(chosen) if chosen.dns.provider == "pihole" else None,
        form=form,
    )


def _names(chosen: settings.Settings) -> Names:
    """The records that `homeport apply` would make, where it knew no address but the one that is set."""
    found = naming.wanted(chosen, ())
    if any(record.kind is Kind.AAAA for record in found):
        output.note(_IPV6)
    return Names(
        url=chosen.pihole.url,
        target=chosen.hosts.ingress,
        aliases=tuple(record.name for record in found if record.kind is Kind.CNAME),
        address=next((record.value for record in found if record.kind is Kind.A), ""),
    )


def _show(chosen: settings.Settings, root: Path, planned: Sequence[Step]) -> None:
    changed = [step for step in planned if step.action is not Action.NONE]
    for step in changed:
        output.out(f"{step.action:8} {root / step.path}")
    counts = Counter(step.action for step in planned)
    if not changed:
        output.say(
            f"Nothing to do: all {counts[Action.NONE]} files in {root} are as they should be."
        )
        return
    output.say(f"\n{_summary(counts)} {root / 'README.md'} says what to run:")
    for line in _commands(chosen, root, planned):
        output.say(f"  {line}")


def _commands(chosen: settings.Settings, root: Path, planned: Sequence[Step]) -> Iterator[str]:
    if chosen.registry.auth:
        variable = f"{names.AUTH_SECRET}_{names.HTPASSWD}".replace("-", "_")
        yield f'export TF_VAR_{variable}="$(cat {shlex.quote(str(users.file(chosen)))})"'
    for part in export.FOLDERS:
        if any(step.path.startswith(f"{part}/") for step in planned):
            tofu = f"tofu -chdir={shlex.quote(str(root / part))}"
            alone = " -parallelism=1" if part == "dns" else ""
            yield f"{tofu} init && {tofu} apply{alone}"


def _summary(counts: Counter[Action]) -> str:
    said = [f"{counts[action]} {word}" for action, word in _WORDS.items() if counts[action]]
    return f"Files: {', '.join(said)}."


_WORDS = {
    Action.CREATE: "created",
    Action.CHANGE: "changed",
    Action.REMOVE: "removed",
    Action.NONE: "unchanged",
}
