"""Quantities, bodies and types, without a server."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.apiserver import kinds, samples
from tests.apiserver.rules import custom, names, pod_defaults, ports, selectors
from tests.apiserver.shape import decoding, documents, quantities
from tests.apiserver.shape.schemas import RELEASES, Schemas

SCHEMAS = Schemas("v1.35")


@pytest.mark.parametrize(
    ("given_", "wanted"),
    [
        *(("30Gi", "30Gi"), ("1024Mi", "1Gi"), ("1.5Gi", "1536Mi"), ("1Ki", "1Ki"), ("512", "512")),
        *(("0.5", "500m"), ("500m", "500m"), ("1000m", "1"), ("2000", "2k"), ("0", "0")),
        *(("1e3", "1e3"), (1, "1"), ("0.1m", "100u"), ("1500Mi", "1500Mi")),
    ],
)
def test_quantities_come_back_in_one_form(given_, wanted):
    assert quantities.canonical(given_) == wanted


@pytest.mark.parametrize("text", ["", "Gi", "1 Gi", "1gb", "--1", "1Gi2", "one"])
def test_other_texts_are_no_quantities(text):
    assert not quantities.is_quantity(text)


@settings(deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(["", "m", "k", "M", "Ki", "Mi", "Gi"]))
def test_another_form_is_the_same_amount(number, suffix):
    text = f"{number}{suffix}"
    assert quantities.amount(quantities.canonical(text)) == quantities.amount(text)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b'{"a": 1, "a": 2}', ("a",)),
        (b'{"spec": {"b": [{"c": 1, "c": 1}]}}', ("spec.b[0].c",)),
        (b'{"a": {"b": 1}, "c": {"b": 1}}', ()),
    ],
)
@pytest.mark.parametrize("read", [documents.read_json, documents.read_yaml])
def test_fields_given_twice_are_found(read, body, wanted):
    assert read(body).duplicates == wanted


def test_yaml_is_read_as_json_would_be():
    body = documents.read_yaml(b"a: 2023-01-02\nb: {c: 0644}\n'1': yes\na: 2\n")
    assert body == documents.Body({"a": 2, "b": {"c": 420}, "1": True}, ("a",), (4,))


@pytest.mark.parametrize("body", [b"[]", b"{", b"a: [", b'"text"'])
def test_what_is_no_object_is_refused(body):
    with pytest.raises(documents.Unreadable):
        documents.read_yaml(body)


@pytest.mark.parametrize(
    ("kind", "path", "value", "wanted"),
    [
        (
            kinds.DEPLOYMENT,
            "spec.replicas",
            "1",
            "string into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        (
            kinds.DEPLOYMENT,
            "spec.replicas",
            1.5,
            "number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        (kinds.DEPLOYMENT, "spec.replicas", 2**40, "of type int32"),
        (
            kinds.DEPLOYMENT,
            "spec.paused",
            "no",
            "string into Go struct field DeploymentSpec.spec.paused of type bool",
        ),
        (
            kinds.CONFIG_MAP,
            "data.a",
            1,
            "number into Go struct field ConfigMap.data of type string",
        ),
        (
            kinds.CONFIG_MAP,
            "metadata.labels",
            ["a"],
            "array into Go struct field ObjectMeta.metadata.labels of type map[string]string",
        ),
        (kinds.SECRET, "data.a", "%%%%", "illegal base64 data at input byte 0"),
        (kinds.CLAIM, "spec.resources.requests.storage", "1gb", quantities.ERROR),
        (kinds.SERVICE, "spec.ports.0.targetPort", [1], "array into Go struct field"),
    ],
)
def test_mistyped_values_are_refused_in_the_words_of_the_decoder(kind, path, value, wanted):
    makers = {
        kinds.DEPLOYMENT: samples.deployment,
        kinds.CONFIG_MAP: samples.config_map,
        kinds.SECRET: samples.secret,
    }
    makers |= {kinds.CLAIM: samples.claim, kinds.SERVICE: samples.service}
    document = samples.changed(makers[kind]("here"), path, value)
    with pytest.raises(decoding.Mistyped) as caught:
        decoding.decode(SCHEMAS, SCHEMAS.root(kind), document)
    assert wanted in str(caught.value)


def test_undeclared_fields_are_found_and_left_out():
    document = samples.changed(samples.deployment("here", imagee="x"), "spec.x", {"y": 1})
    decoded = decoding.decode(SCHEMAS, SCHEMAS.root(kinds.DEPLOYMENT), document)
    assert decoded.unknown == ("spec.template.spec.containers[0].imagee", "spec.x")
    assert decoded.document == samples.deployment("here")


def test_declared_open_places_are_kept():
    kind = kinds.named("traefik.io/v1alpha1", "Middleware")
    document = {
        "apiVersion": "traefik.io/v1alpha1",
        "kind": "Middleware",
        "metadata": {"name": "a"},
    }
    document |= {"spec": {"plugin": {"mine": {"any": {"thing": [1]}}}}}
    decoded = decoding.decode(SCHEMAS, SCHEMAS.root(kind), document, is_custom=True)
    assert decoded == decoding.Decoded(document, ())


def rules_in(schema):
    """All CEL rules in a schema."""
    if isinstance(schema, dict):
        yield from (row["rule"] for row in schema.get("x-kubernetes-validations", ()))
        for part in schema.values():
            yield from rules_in(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from rules_in(part)


@pytest.mark.parametrize("kind", kinds.CUSTOM, ids=lambda kind: kind.plural)
def test_every_expression_of_a_custom_kind_is_known(kind):
    assert set(rules_in(kinds.CUSTOM[kind]["schema"])) <= set(custom.EXPRESSIONS)


def keywords(schema, *, names=False):
    """All keywords in a schema."""
    if isinstance(schema, dict):
        for key, part in schema.items():
            if not names:
                yield key
            if key not in {"default", "enum", "x-kubernetes-validations"}:
                yield from keywords(part, names=key == "properties" and not names)
    elif isinstance(schema, list):
        for part in schema:
            yield from keywords(part)


KNOWN = {
    *(
        "type",
        "properties",
        "items",
        "additionalProperties",
        "required",
        "enum",
        "pattern",
        "format",
    ),
    *("minimum", "maximum", "minLength", "maxLength", "minItems", "default", "anyOf"),
    *("x-kubernetes-int-or-string", "x-kubernetes-list-type", "x-kubernetes-list-map-keys"),
    *("x-kubernetes-map-type", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-validations"),
}


@pytest.mark.parametrize("kind", kinds.CUSTOM, ids=lambda kind: kind.plural)
def test_every_keyword_of_a_custom_kind_is_known(kind):
    """A demand of a schema that the stand-in does not know must not pass in silence."""
    assert set(keywords(kinds.CUSTOM[kind]["schema"])) <= KNOWN


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("kind", kinds.BUILT_IN, ids=lambda kind: kind.plural)
def test_every_built_in_kind_has_a_schema_in_every_release(release, kind):
    properties = Schemas(release).root(kind)["properties"]
    assert {"apiVersion", "kind", "metadata"} <= set(properties)


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        *(("registry", "Always"), ("registry:latest", "Always"), ("registry:2", "IfNotPresent")),
        *(("host:5000/registry", "Always"), ("host:5000/registry:2", "IfNotPresent")),
        ("registry@sha256:" + "0" * 64, "IfNotPresent"),
    ],
)
def test_images_are_pulled_by_their_tag(image, wanted):
    assert pod_defaults.pull_policy(image) == wanted


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [
        *(
            ("", True),
            ("a=1", True),
            ("a==1", True),
            ("a=2", False),
            ("a!=2", True),
            ("a!=1", False),
        ),
        *(("a in (1,2)", True), ("a in (2)", False), ("a notin (2)", True), ("c notin (1)", True)),
        *(
            ("a", True),
            ("c", False),
            ("!c", True),
            ("!a", False),
            ("a=1,b=2", True),
            ("a=1,c", False),
        ),
        *((" a = 1 , !c ", True), ("d/e.f=x", True), ("c!=1", True), ("a notin (1, 2)", False)),
    ],
)
def test_labels_are_selected(text, is_taken):
    assert selectors.labels(text)({"a": "1", "b": "2", "d/e.f": "x"}) is is_taken


@pytest.mark.parametrize("text", ["a=b=c", "a in 1", "(a)", "a b", "=1"])
def test_other_texts_are_no_selectors(text):
    with pytest.raises(selectors.Unreadable):
        selectors.labels(text)


@pytest.mark.parametrize(
    ("name", "is_good"),
    [("a", True), ("a-1", True), ("A", False), ("-a", False), ("a.b", False), ("a" * 64, False)],
)
def test_names_are_labels(name, is_good):
    assert names.is_label(name) is is_good
    assert (list(names.label("x", name)) == []) is is_good


@pytest.mark.parametrize(
    ("name", "is_good"), [("http", True), ("a--b", False), ("1", False), ("a" * 16, False)]
)
def test_names_of_ports(name, is_good):
    assert (list(ports.name("x", name)) == []) is is_good
