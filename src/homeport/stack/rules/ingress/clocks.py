"""The clocks here and there agree."""

from __future__ import annotations

import email.utils
from collections.abc import Iterator

from homeport.stack.rules.rule import Finding, Level, Planned, Rule, Running, Skipped

MOST_S = 60.0
"""AWS refuses requests that are 5 to 15 minutes off:
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html"""


def on_running(planned: Planned, running: Running) -> Iterator[Finding]:
    """The Date of an answer is near the time here."""
    host = planned.chosen.hosts.registry
    said = running.ask(host, "GET", "/v2/").headers.get("date", "")
    try:
        there = email.utils.parsedate_to_datetime(said).timestamp()
    except ValueError:
        raise Skipped(f"{host} sends no Date") from None
    apart_s = there - running.now()
    if abs(apart_s) > MOST_S:
        word = "ahead of" if apart_s > 0 else "behind"
        yield Finding(
            f"The clock of {host} is {abs(apart_s):.0f} s {word} this machine's.",
            "Certificates and signed requests of AWS need the right time: timedatectl set-ntp true, on both.",
            Level.WARNING,
        )


RULE = Rule(
    id="ingress-clocks",
    title="The clocks here and there agree.",
    why="A certificate is not valid yet, or a signed request is too old, where one of them is wrong.",
    hint="timedatectl set-ntp true",
    link="https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1",
    running=on_running,
)
