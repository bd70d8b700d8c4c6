"""Terraform's own messages, and what comes back."""

import json

import msgpack
import pytest
from tests.tofu import faking
from tests.tofu.test_resource import PRIOR
from tf.gen import tfplugin_pb2 as messages

from homeport.tofu import protocol

NAME = "homeport_stack"
CONFIGURED = {"name": "demo"}


def value(state):
    return messages.DynamicValue(msgpack=msgpack.packb(state))


def read(dynamic):
    def hook(code, data):
        return "UNKNOWN"

    return msgpack.unpackb(dynamic.msgpack, ext_hook=hook) if dynamic.msgpack else None


@pytest.fixture
def served():
    provider, engine = faking.made()
    found = protocol.Servicer(provider, provider.stop)
    found.engine = engine
    return found


def plan(served, prior, proposed, configured=CONFIGURED, private=b""):
    return served.PlanResourceChange(
        messages.PlanResourceChange.Request(
            type_name=NAME,
            prior_state=value(prior),
            proposed_new_state=value(proposed),
            config=value(configured),
            prior_private=private,
        ),
        None,
    )


def test_a_creation_is_planned_by_the_resource(served):
    answer = plan(served, None, CONFIGURED)
    assert read(answer.planned_state)["objects"] == {"a": "1", "b": "UNKNOWN"}
    assert not answer.requires_replace


def test_a_replacement_hands_its_second_plan_that_it_is_one(served):
    other = {"name": "other"}
    first = plan(served, PRIOR, PRIOR | other, other)
    assert [path.steps[0].attribute_name for path in first.requires_replace] == ["name"]
    second = plan(served, None, other, other, first.planned_private)
    assert read(second.planned_state)["objects"] == "UNKNOWN"
    assert second.planned_private == b""
    assert served.engine.asked == []


def test_a_deletion_warns_of_data_that_goes(served):
    answer = plan(served, PRIOR | {"delete_data": True}, None)
    assert read(answer.planned_state) is None
    assert "All data of the stack demo" in answer.diagnostics[0].summary
    assert not plan(served, PRIOR, None).diagnostics


def test_deletions_are_planned(served):
    answer = served.GetProviderSchema(messages.GetProviderSchema.Request(), None)
    assert answer.server_capabilities.plan_destroy
    assert set(answer.resource_schemas) == {NAME}


def test_a_stored_state_is_kept_in_mind(served):
    raw = messages.RawState(json=json.dumps(PRIOR).encode())
    request = messages.UpgradeResourceState.Request(type_name=NAME, version=0, raw_state=raw)
    answer = served.UpgradeResourceState(request, None)
    assert read(answer.upgraded_state) == PRIOR
    assert read(plan(served, None, CONFIGURED).planned_state)["objects"] == "UNKNOWN"


def test_a_state_of_another_version_has_the_attributes_of_this_one(served):
    other = {key: PRIOR[key] for key in PRIOR if key != "endpoints"} | {"future": 1}
    raw = messages.RawState(json=json.dumps(other).encode())
    request = messages.UpgradeResourceState.Request(type_name=NAME, version=0, raw_state=raw)
    answer = served.UpgradeResourceState(request, None)
    assert read(answer.upgraded_state) == PRIOR | {"endpoints": None}


def test_a_stop_is_told_and_ends_what_is_under_way(served):
    served.StopProvider(messages.StopProvider.Request(), None)
    request = messages.ApplyResourceChange.Request(
        type_name=NAME, prior_state=value(PRIOR), planned_state=value(PRIOR)
    )
    answer = served.ApplyResourceChange(request, None)
    assert "Interrupted." in answer.diagnostics[0].detail
    assert read(answer.new_state) == PRIOR
