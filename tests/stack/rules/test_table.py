"""What holds for all rules."""

import re
from pathlib import Path

import pytest
from tests.stack.rules import examples

from homeport.stack.rules import checking, table
from homeport.stack.rules.rule import Level

ROOT = Path(__file__).parent.parent.parent.parent
MISSION = {
    "htpasswd secret MUST exist before deployment": "registry-htpasswd-secret",
    "PVC MUST be bound before registry starts": "registry-volume-bound",
    "Registry MUST be accessible via HTTPS only": "registry-https-only",
    "Basic auth MUST be required for all operations": "registry-basic-auth",
    "SERVICES environment variable MUST include: s3,sqs,sns,dynamodb,lambda": "cloud-services",
    "PERSISTENCE MUST be enabled (value: 1)": "cloud-persistence",
    "DATA_DIR MUST point to mounted PVC path": "cloud-data-dir",
    "Docker socket access required for Lambda execution": "cloud-docker-socket",
}
"""Section 6 of the data model, sentence by sentence."""


def test_each_sentence_of_the_data_model_is_a_rule():
    assert [each.id for each in table.DATA_MODEL] == list(MISSION.values())
    for sentence, each in zip(MISSION, table.DATA_MODEL, strict=True):
        words = [word for word in re.findall(r"\w+", sentence.lower()) if len(word) > 3]
        assert [word for word in words if word not in each.title.lower()] == []


@pytest.mark.parametrize("each", table.ALL, ids=lambda each: each.id)
def test_each_rule_is_whole(each):
    assert re.fullmatch(r"(registry|cloud|cluster|ingress)(-[a-z0-9]+)+", each.id)
    assert each.title.endswith(".")
    assert each.why.endswith(".")
    assert each.hint
    assert each.link.startswith("https://")
    assert any((each.here, each.plan, each.cluster, each.running))


def test_ids_are_unique():
    ids = [each.id for each in table.ALL]
    assert len(set(ids)) == len(ids)


def test_each_file_with_a_rule_is_in_the_table():
    folder = ROOT / "src/homeport/stack/rules"
    files = [path for path in folder.rglob("*.py") if "\nRULE = Rule(" in path.read_text()]
    assert len(files) == len(table.ALL)


@pytest.mark.parametrize("engine", ["upstream", "builtin"])
def test_a_good_stack_on_a_good_cluster_has_no_finding(engine):
    stack = examples.planned(HOMEPORT_CLOUD_ENGINE=engine, **examples.GOOD)
    found = (*checking.on_plan(stack), *checking.on_cluster(stack, examples.good()))
    assert [(each.rule.id, examples.said(each)) for each in found if each.findings] == []


def test_the_data_model_to_the_letter_is_stopped_where_localstack_cannot_keep_it():
    stack = examples.planned(HOMEPORT_CLOUD_AUTH_TOKEN="")
    cluster = examples.Cluster(examples.node(), examples.namespace("cert-manager"))
    cluster.objects += [examples.storage_class(), examples.traefik(*examples.ENTRY_POINTS)]
    found = (*checking.on_plan(stack), *checking.on_cluster(stack, cluster))
    failed = {each.rule.id for each in found if each.outcome is checking.Outcome.FAILED}
    assert failed == {"cloud-auth-token", "cloud-docker-socket"}


def test_what_is_accepted_is_a_warning():
    stack = examples.planned(HOMEPORT_CLOUD_IMAGE="localstack/localstack:4.14.0")
    assert checking.is_failed(checking.on_plan(stack))
    known = stack._replace(accepted=frozenset({"cloud-persistence"}))
    assert not checking.is_failed(checking.on_plan(known))
    assert {f.level for f in examples.on_plan("cloud-persistence", known).findings} == {
        Level.WARNING
    }
