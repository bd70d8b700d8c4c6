"""Histories as Dockerfiles: those of the classic builder, of buildkit, and of others."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.console.registry.reading import dockerfile
from homeport.console.registry.reading.config import Step
from homeport.console.registry.reading.document import Descriptor


def step(text, is_empty=False, comment=""):
    return Step(None, text, comment, "", is_empty)


def layer(number):
    return Descriptor(f"sha256:{number:064}", "", number, {})


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('/bin/sh -c #(nop)  CMD ["bash"]', 'CMD ["bash"]'),
        ("/bin/sh -c #(nop) ADD file:ab12 in / ", "ADD file:ab12 in /"),
        ("/bin/sh -c #(nop)  ENV A=1", "ENV A=1"),
        ("cmd /S /C #(nop) WORKDIR C:\\app", "WORKDIR C:\\app"),
        ("/bin/sh -c apt-get update", "RUN apt-get update"),
        ("/bin/bash -o pipefail -c a | b", "RUN a | b"),
        ("/bin/sh -ec set", "RUN set"),
        ("RUN /bin/sh -c make # buildkit", "RUN make"),
        ("RUN make # buildkit", "RUN make"),
        ("COPY /src /srv # buildkit", "COPY /src /srv"),
        ("COPY <<EOF /etc/motd # buildkit", "COPY <<EOF /etc/motd"),
        ('HEALTHCHECK &{["CMD" "x"]}', 'HEALTHCHECK &{["CMD" "x"]}'),
        ("RUN /bin/sh -c a   && b \t&& c", "RUN a \\\n    && b \\\n    && c"),
        ("bazel build ...", "# bazel build ..."),
        ("", "# a step without a text"),
        ("RUN /bin/sh -c set -e\necho EOF\n # buildkit", "RUN <<EOF_\nset -e\necho EOF\nEOF_"),
        ("buildkit.exporter.image.v0", "# buildkit.exporter.image.v0"),
    ],
)
def test_instructions(said, shown):
    assert dockerfile.instruction(step(said)) == ("", shown)


@pytest.mark.parametrize(
    ("said", "arguments", "shown"),
    [
        ("|2 A=1 B=two words /bin/sh -c make", "A=1 B=two words", "RUN make"),
        ("RUN |1 A=1 /bin/sh -c make # buildkit", "A=1", "RUN make"),
        ("|0 /bin/sh -c make", "", "RUN make"),
    ],
)
def test_build_arguments_stand_apart(said, arguments, shown):
    assert dockerfile.instruction(step(said)) == (arguments, shown)


def test_a_comment_stands_for_a_text():
    assert dockerfile.instruction(step("", comment="Imported from -")) == ("", "# Imported from -")


def test_layers_stand_beside_the_steps_that_made_them():
    shown = dockerfile.lines(
        [step("ADD a /"), step("ENV A=1", is_empty=True), step("ADD b /")], [layer(1), layer(2)]
    )
    assert [each.layer.size if each.layer else None for each in shown] == [1, None, 2]
    assert dockerfile.whole(shown) == "ADD a /\nENV A=1\nADD b /"


def test_a_history_that_does_not_fit_takes_no_layer():
    shown = dockerfile.lines([step("ADD a /")], [layer(1), layer(2)])
    assert [(each.text, each.layer and each.layer.size) for each in shown] == [
        ("ADD a /", None),
        ("", 1),
        ("", 2),
    ]
    assert [each.number for each in shown] == [1, 2, 3]


@given(st.lists(st.tuples(st.text(max_size=300), st.booleans()), max_size=8), st.integers(0, 8))
def test_any_history_shows_each_layer_once(said, count):
    layers = [layer(number) for number in range(count)]
    shown = dockerfile.lines([step(text, is_empty) for text, is_empty in said], layers)
    assert [each.layer for each in shown if each.layer is not None] == layers
    dockerfile.whole(shown)


@pytest.mark.parametrize("mark", ["|1 ", "\t ", "a  ", "/bin/sh -c ", "#(nop) ", " # buildkit"])
def test_long_texts_take_no_time(mark):
    dockerfile.instruction(step(mark * 4096))


def test_a_step_of_spaces_costs_no_time():
    # A pattern that begins with spaces took 40 s for these, which is one config that somebody pushed.
    steps = [Step(None, "x" + " " * 4000 + "y", "", "", is_empty=False)] * 1000
    began = time.process_time()
    assert len(dockerfile.lines(steps, [])) == 1000
    assert time.process_time() - began < 10
