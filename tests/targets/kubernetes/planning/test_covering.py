"""Secrets of others that cert-manager would write over."""

import pytest

from homeport.targets.kubernetes.planning.plan import Action


def secret(stack, namespace, name, **metadata):
    stack.stand_in.apply(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}},
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": namespace, **metadata},
            "data": {"tls.key": "bXkga2V5"},
        },
    )


PLACES = [("cert-manager", "homeport-ca", "homeport-ca"), ("registry", "registry-tls", "registry")]


@pytest.mark.parametrize(("namespace", "name", "certificate"), PLACES)
def test_a_secret_of_somebody_else_is_not_written_over(stack, namespace, name, certificate):
    secret(stack, namespace, name)
    step = stack.step("Certificate", certificate)
    assert f"Secret {namespace}/{name}" in step.problems[0].what
    assert "--adopt" in step.problems[0].hint


def test_unless_that_was_said(stack):
    secret(stack, "registry", "registry-tls")
    step = stack.step("Certificate", "registry", is_adopting=True)
    assert (step.action, step.problems) == (Action.CREATE, ())


def test_one_that_was_made_for_it_before_is_taken_again(stack):
    notes = {"cert-manager.io/certificate-name": "registry"}
    secret(stack, "registry", "registry-tls", annotations=notes)
    assert stack.step("Certificate", "registry").problems == ()
