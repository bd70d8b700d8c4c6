"""How rules are checked, whatever they say."""

import pytest
from tests.stack.rules import examples

from homeport import errors
from homeport.stack.rules import checking
from homeport.stack.rules.checking import Outcome
from homeport.stack.rules.rule import Finding, Level, Rule, Skipped

STACK = examples.planned()


def made(check):
    return Rule("x-y", "A title.", "A reason.", "What helps.", "https://example.org", here=check)


def raising(error):
    def check(_):
        yield from ()
        raise error

    return check


CASES = {
    "nothing": (lambda _: (), Outcome.PASSED, ()),
    "an error": (lambda _: [Finding("t", "h")], Outcome.FAILED, (Finding("t", "h"),)),
    "a warning": (
        lambda _: [Finding("t", "h", Level.WARNING)],
        Outcome.WARNED,
        (Finding("t", "h", Level.WARNING),),
    ),
    "it does not apply": (raising(Skipped("no lambda")), Outcome.SKIPPED, ()),
    "it cannot be asked": (
        raising(errors.HomeportError("No answer.", hint="Wait.")),
        Outcome.FAILED,
        (Finding("No answer.", "Wait."),),
    ),
    "it cannot be asked, and says no more": (
        raising(errors.HomeportError("No answer.")),
        Outcome.FAILED,
        (Finding("No answer.", "What helps."),),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_outcomes(name):
    check, outcome, findings = CASES[name]
    (checked,) = checking.on_here(STACK, [made(check)])
    assert (checked.outcome, checked.findings) == (outcome, findings)


def test_a_skipped_rule_says_why():
    (checked,) = checking.on_here(STACK, [made(raising(Skipped("no lambda")))])
    assert checked.why == "no lambda"


def test_a_mistake_of_ours_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        checking.on_here(STACK, [made(lambda _: [1 / 0])])


def test_a_cluster_that_does_not_answer_is_asked_once():
    class Silent(examples.Cluster):
        def version(self):
            raise errors.HomeportError("The cluster does not answer.", hint="Start it.")

    found = checking.on_cluster(STACK, Silent())
    assert [(each.rule.id, each.findings) for each in found] == [
        ("cluster-version", (Finding("The cluster does not answer.", "Start it."),))
    ]


def test_rules_are_chosen_by_id():
    assert [each.id for each in checking.running_rules(["cloud-s3"])] == ["cloud-s3"]
    with pytest.raises(errors.HomeportError, match="'cluster-nodes'") as caught:
        checking.running_rules(["cluster-nodes"])
    assert "registry-images" in caught.value.hint


def test_what_is_accepted_has_to_be_a_rule():
    assert checking.accepted(["cloud-edge"]) == {"cloud-edge"}
    for wrong, hint in (("cloud-egde", "Did you mean cloud-edge?"), ("x", "docs/rules.md")):
        with pytest.raises(errors.HomeportError) as caught:
            checking.accepted([wrong])
        assert hint in caught.value.hint
