"""What is fit to be shown."""

import pytest
from tests.tofu.test_protocol import served, value  # noqa: F401 - a fixture
from tf.gen import tfplugin_pb2 as messages

from homeport.tofu import said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\n\u00e9\u2192", "a\tb\n\u00e9\u2192"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("up\rdown\x9b", "up\\rdown\\x9b"),
        ("\u202eevil\ud800", "\\u202eevil\\ud800"),
    ],
)
def test_what_moves_a_cursor_is_shown_as_what_it_is(text, shown):
    assert said.fit(text) == shown


def test_a_text_without_end_ends():
    assert said.fit("x" * 1_000_000).endswith("x... and 980000 signs more")


def test_so_is_all_that_the_provider_answers(served):  # noqa: F811
    config = {"name": "demo", "definition": '"\\u001b[31mx" = 1'}
    asked = messages.ValidateResourceConfig.Request(
        type_name="homeport_stack", config=value(config)
    )
    (found,) = served.ValidateResourceConfig(asked, None).diagnostics
    assert "\\x1b[31mx: there is no such setting" in found.detail
