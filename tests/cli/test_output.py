"""What others wrote is shown, and does nothing to a terminal."""

import io
import sys

import pytest

from homeport.cli import output

ATTACKS = {
    "clears the screen": ("a\x1b[2Jb", "a\\x1b[2Jb"),
    "a title": ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
    "a link": ("\x1b]8;;https://example.org\x1b\\here", "\\x1b]8;;https://example.org\\x1b\\here"),
    "writes over the line": ("bad\rgood", "bad\\rgood"),
    "rubs out": ("bad\b\b\bgood", "bad\\x08\\x08\\x08good"),
    "in one byte": ("\x9b2J", "\\x9b2J"),
    "hides": ("\x1b[8mhidden", "\\x1b[8mhidden"),
    "hides among colours": ("\x1b[1;8mhidden", "\\x1b[1;8mhidden"),
}
HARMLESS = {
    "lines": "one\n\ttwo",
    "colours": "\x1b[31mred\x1b[0m \x1b[1;32mgreen\x1b[0m",
    "words": "naïve ☃ שלום",
}


@pytest.mark.parametrize(("text", "shown"), ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("write", [output.out, output.note, output.error, output.say])
def test_nothing_moves_the_cursor(capsys, write, text, shown):
    write(text)
    said = capsys.readouterr()
    assert (said.out + said.err).endswith(f"{shown}\n")


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_does_no_harm_is_left_alone(capsys, text):
    output.out(text)
    assert capsys.readouterr().out == f"{text}\n"
    assert output.shown(text) == text


def test_text_is_turned_round_by_nobody_on_a_terminal(capsys):
    text = "a\u202eb"
    assert output.shown(text) == "a\\u202eb"
    output.out(text)
    assert capsys.readouterr().out == f"{text}\n"  # a pipe gets what there is


@pytest.mark.parametrize(
    ("text", "said"), [("✓ naïve", b"\\u2713 na\\xefve\n"), ("/srv/\udcff", b"/srv/\\udcff\n")]
)
def test_signs_that_the_locale_does_not_have(monkeypatch, text, said):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    output.out(text)
    assert raw.getvalue() == said
