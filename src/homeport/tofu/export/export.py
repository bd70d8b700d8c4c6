"""A stack as files: three folders, each with a state of its own.

`data` has what must outlive the rest, `stack` what runs, `dns` the records in a Pi-hole. So `tofu destroy` in `stack` takes all away
but the data: OpenTofu ends a destroy with an error where it meets `prevent_destroy`, instead of leaving such a resource out.
https://opentofu.org/docs/language/meta-arguments/lifecycle/#prevent_destroy
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from homeport.tofu.export import documents, frame, pihole, readme, sealed, shapes
from homeport.tofu.export.needs import Object
from homeport.tofu.export.resources import Maker, Resource
from homeport.tofu.export.template import Body
from homeport.tofu.export.wanted import Form, Wanted

FOLDERS = ("data", "stack", "dns")
_KEPT = ("Namespace", "PersistentVolumeClaim")
_COMPONENT = "app.kubernetes.io/component"

_IGNORED = """# {mark}
.terraform/
*.tfstate
*.tfstate.*
*.tfplan
*.tfvars
crash.log
"""


def files(wanted: Wanted) -> dict[str, str]:
    """The texts by their paths in the folder; the same stack gives the same texts."""
    inside = sealed.sealed(wanted.objects)
    kept = [obj for obj in inside.objects if obj["kind"] in _KEPT]
    rest = [obj for obj in inside.objects if obj["kind"] not in _KEPT]
    has_custom = any((obj["apiVersion"], obj["kind"]) not in shapes.TYPED for obj in rest)
    made = {f"data/{name}": body for name, body in _data(wanted, kept)}
    variables = frame.stack_variables(wanted, inside.secrets, has_custom=has_custom)
    made |= {f"stack/{name}": body for name, body in _stack(wanted, rest, variables)}
    if wanted.names is not None:
        made["dns/versions"] = frame.of_pihole()
        made["dns/variables"] = {"variable": frame.record_variables(wanted.names)}
        made["dns/records"] = documents.resources(pihole.resources(wanted.names))
    texts = {f"{name}.tf.json": documents.document(body) for name, body in made.items()}
    texts["README.md"] = documents.seal(readme.text(wanted, inside.secrets, has_custom=has_custom))
    texts[".gitignore"] = documents.seal(_IGNORED.format(mark=documents.MARK))
    return dict(sorted(texts.items()))


def _data(wanted: Wanted, kept: Sequence[Object]) -> Iterator[tuple[str, Body]]:
    """Namespaces and volumes. What keeps them is a file of its own: whoever wants the data gone deletes that file.

    https://opentofu.org/docs/language/files/override/
    """
    maker = Maker(kept, Form.RESOURCES, wanted.timeout_s)
    made = [maker.resource(obj) for obj in kept]
    yield "versions", frame.kubernetes()
    yield "variables", {"variable": frame.cluster_variables(wanted)}
    yield "volumes", documents.resources(made)
    yield "keep_override", documents.resources(_keeping(made))


def _keeping(made: Sequence[Resource]) -> Iterator[Resource]:
    for each in made:
        yield each._replace(body={"lifecycle": {"prevent_destroy": True}})


def _stack(wanted: Wanted, rest: Sequence[Object], variables: Body) -> Iterator[tuple[str, Body]]:
    maker = Maker(rest, wanted.form, wanted.timeout_s)
    by_component: dict[str, list[Resource]] = {}
    for obj in rest:
        component = obj["metadata"]["labels"][_COMPONENT]
        by_component.setdefault(component, []).append(maker.resource(obj))
    yield "versions", frame.kubernetes()
    yield "variables", {"variable": variables}
    yield "outputs", {"output": frame.outputs(wanted.endpoints)}
    for component, made in by_component.items():
        name = "shared" if component == "stack" else component
        yield name, documents.resources(made)
