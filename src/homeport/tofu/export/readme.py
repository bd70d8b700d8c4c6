"""README.md of an exported folder: what to run, in which order, and what to know before."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from homeport.tofu.export import documents, frame, pihole
from homeport.tofu.export.sealed import Secret
from homeport.tofu.export.wanted import Form, Wanted

_HEAD = """<!-- {mark} -->
# The stack `{stack}` for OpenTofu

Plain `*.tf.json` for OpenTofu or Terraform ({required}) and the provider `hashicorp/kubernetes` ({kubernetes}). Each folder has a state of
its own:

| folder | what is in it |
| --- | --- |
| `data` | namespaces and volumes: what outlives the rest |
| `stack` | what runs: pods, Services, routes, certificates |
{dns_row}
Terraform takes the same commands: write `terraform` for `tofu`.

## Apply

Which cluster: `TF_VAR_kubeconfig` and `TF_VAR_context`, where the defaults in `variables.tf.json` are not right.
{secrets}
```
tofu -chdir=data init
tofu -chdir=data apply
tofu -chdir=stack init
tofu -chdir=stack apply
```
"""

_SECRETS = """
Secrets are variables; no file here has any. Give them by the environment, not on the command line:

```
{lines}
```

Both tools write them into their state in plain text: keep the state where only you can read it, or encrypt it
(https://opentofu.org/docs/language/state/encryption/).
"""

_CUSTOM = """
Routes and certificates are kinds of Traefik and cert-manager. There is only `kubernetes_manifest` for them, which asks the cluster for
the kinds while it plans: both must be installed before, and the cluster must answer. Where they are not yet, leave them out and apply
once more afterwards:

```
tofu -chdir=stack apply -var custom_kinds=false
```
"""

_MANIFEST = """
The objects in `stack` are `kubernetes_manifest` (`--form manifest`), so the cluster must answer whenever it is planned. What holds a secret is
not: a plan would show it.
"""

_DNS = """
## Names

The Pi-hole needs version 6; the provider `ryanwholey/pihole` ({version}) is a beta.

```
export TF_VAR_pihole_password=...
{address}tofu -chdir=dns init
tofu -chdir=dns apply -parallelism=1
```

The records are made one after the other: requests at the same time end in `401`
(https://github.com/ryanwholey/terraform-provider-pihole/issues/88). The provider opens a session with every run and never closes it; a
Pi-hole has 16 seats, each free again after half an hour. After `api_seats_exceeded` wait for that long, or close sessions under Settings,
API. With many runs open one session yourself, and close it afterwards:

```
export __PIHOLE_SESSION_ID=$(printf '{{"password": "%s"}}' "$TF_VAR_pihole_password" | curl -s {url} -d @- | jq -r .session.sid)
tofu -chdir=dns apply -parallelism=1
curl -s -X DELETE -H "X-FTL-SID: $__PIHOLE_SESSION_ID" {url}
```

It cannot give a record a time to live, nor one name both an IPv4 and an IPv6 address. A record of the same name that somebody else
made is not taken over: import it (`tofu -chdir=dns import pihole_cname_record.NAME registry.example`).
"""

_FOOT = """
## Destroy

```
{dns}tofu -chdir=stack destroy
```

The data stays: namespaces and volumes are in `data`, which refuses to be destroyed. To delete all images, objects and tables for good,
delete the file that keeps them first:

```
rm data/keep_override.tf.json
tofu -chdir=data destroy
```

The Secrets with certificates are cert-manager's, and stay too, so that what trusts the CA goes on to. These take them away:

```
kubectl delete secrets --all-namespaces --selector app.kubernetes.io/managed-by=homeport,app.kubernetes.io/instance={stack}
```

## Change

Change `homeport.toml` and run `homeport tofu export` again: it writes only the files that it made, and none that was edited since.
Own files may stand beside them (a `backend.tf`). `homeport status --target kubernetes` shows the stack as it is: the objects have the
labels that Homeport finds them by. Do not let both manage it: `homeport apply` stops at each field that they see differently, and says
whose it is (`HashiCorp` or `Terraform`).
"""


def text(wanted: Wanted, secrets: Sequence[Secret], *, has_custom: bool) -> str:
    """The page, with the mark that is to be sealed."""
    made = _HEAD.format(
        mark=documents.MARK,
        stack=wanted.stack,
        required=frame.REQUIRED,
        kubernetes=frame.KUBERNETES,
        dns_row="| `dns` | the names in the Pi-hole |\n" if wanted.names else "",
        secrets=_secrets(secrets),
    )
    made += _CUSTOM if has_custom else ""
    made += _MANIFEST if wanted.form is Form.MANIFEST else ""
    made += _dns(wanted)
    return made + _FOOT.format(
        stack=wanted.stack, dns="tofu -chdir=dns destroy -parallelism=1\n" if wanted.names else ""
    )


def _secrets(secrets: Sequence[Secret]) -> str:
    if not secrets:
        return ""
    return _SECRETS.format(lines="\n".join(_line(secret) for secret in secrets))


def _line(secret: Secret) -> str:
    given = "..."
    if secret.is_htpasswd:
        given = '"$(htpasswd -nB -C 5 USER)"  # or "$(cat FILE)" of homeport users'
    elif secret.secret:
        where = f'select(.kind == "Secret" and .metadata.name == "{secret.secret}")'
        path = f'.items[] | {where} | .data["{secret.key}"] | @base64d'
        given = f"\"$(homeport render -o json | jq -r '{path}')\""
    return f"export TF_VAR_{secret.variable}={given}"


def _dns(wanted: Wanted) -> str:
    if wanted.names is None:
        return ""
    address = "" if wanted.names.address else "export TF_VAR_traefik_address=...\n"
    return _DNS.format(version=pihole.VERSION, url=_session(wanted.names.url), address=address)


def _session(url: str) -> str:
    """Where sessions are opened, for a shell."""
    return shlex.quote(f"{url.rstrip('/')}/api/auth")
