"""The provider's own block, and what it writes down."""

import json

import pytest
from tests.tofu import faking

from homeport import errors
from homeport.tofu import declared, engine, logs, provider
from homeport.tofu.protocol import UNKNOWN


def configured(**config):
    found, _ = faking.made()
    found.configure_provider(faking.Said(), config)
    return found.access


def test_a_block_that_says_nothing_leaves_all_to_the_definition():
    assert configured(kubeconfig=None, context=None, data=None) == declared.Access()


def test_what_it_says_holds():
    assert configured(kubeconfig="/k", context="c", data="/d") == declared.Access("/k", "c", "/d")


def test_a_block_with_what_is_not_known_yet_is_not_known():
    assert not configured(kubeconfig=UNKNOWN).is_known


def test_an_unknown_target_is_named():
    found, _ = faking.made()
    with pytest.raises(errors.HomeportError, match="no target 'moon'"):
        found.engine("moon")


def test_another_version_is_told_at_each_command():
    said = faking.Said()
    provider.Provider({}, ("It is older.",)).configure_provider(said, {})
    assert said.warnings == ["The provider of Homeport: It is older."]


def test_a_sentence_is_written_once_in_a_row_as_terraform_reads_it(capsys):
    found, _ = faking.made()
    tell = found.told("demo")
    for text in ("One.", "One.", "Two.\n{}"):
        tell(text)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["@message"] for line in lines] == ["demo: One.", "demo: Two.\n{}"]
    assert {line["@level"] for line in lines} == {"info"}


def test_once_it_is_to_stop_who_tells_is_interrupted():
    found, _ = faking.made()
    tell = found.told("demo")
    found.stop()
    with pytest.raises(engine.Interrupted, match="goes on from there"):
        tell("One.")


def test_a_warning_has_its_level(capsys):
    logs.warn("Careful.")
    assert json.loads(capsys.readouterr().err)["@level"] == "warn"
