"""Instructions in Go's notation, as buildkit and the classic builder print them, are turned into those of a Dockerfile."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.console.registry.reading import dockerfile, printed
from homeport.console.registry.reading.config import Step


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('CMD ["python" "-m" "app"]', 'CMD ["python", "-m", "app"]'),
        ('/bin/sh -c #(nop)  ENTRYPOINT ["tini" "--"]', 'ENTRYPOINT ["tini", "--"]'),
        ('CMD ["sh" "-c" "a  b \\"c\\"\\x00"]', 'CMD ["sh", "-c", "a  b \\"c\\"\\u0000"]'),
        ('CMD ["bash"]', 'CMD ["bash"]'),
        ('CMD ["a", "b"]', 'CMD ["a", "b"]'),
        ("CMD a b", "CMD a b"),
        ('SHELL ["/bin/bash" "-c"]', 'SHELL ["/bin/bash", "-c"]'),
        ("/bin/bash -c #(nop)  SHELL [/bin/bash -c]", 'SHELL ["/bin/bash", "-c"]'),
        ('/bin/sh -c #(nop) CMD ["a", "b  c"]', 'CMD ["a", "b  c"]'),
        ('LABEL x="a  b"', 'LABEL x="a  b"'),
        ("VOLUME [/data /var/log]", "VOLUME /data /var/log"),
        ("VOLUME /data", "VOLUME /data"),
        ('VOLUME ["/data"]', 'VOLUME ["/data"]'),
        ("EXPOSE map[8080/tcp:{} 9090/udp:{}]", "EXPOSE 8080/tcp 9090/udp"),
        ("EXPOSE [8080/tcp]", "EXPOSE 8080/tcp"),
        ("/bin/sh -c #(nop)  EXPOSE 80", "EXPOSE 80"),
        (
            'HEALTHCHECK &{["CMD-SHELL" "curl -f http://localhost/ || exit 1"] "30s" "3s" "0s" "0s" \'\\x03\'}',
            "HEALTHCHECK --interval=30s --timeout=3s --retries=3 CMD curl -f http://localhost/ || exit 1",
        ),
        (
            'HEALTHCHECK &{["CMD" "pg_isready" "-q"] "1m0s" "0s" "5s" \'\\x00\'}',
            'HEALTHCHECK --interval=1m0s --start-period=5s CMD ["pg_isready", "-q"]',
        ),
        (
            'HEALTHCHECK &{["CMD-SHELL" "x"] "0s" "0s" "0s" "0s" \'\\n\'}',
            "HEALTHCHECK --retries=10 CMD x",
        ),
        ('HEALTHCHECK &{["NONE"] "0s" "0s" "0s" "0s" \'\\x00\'}', "HEALTHCHECK NONE"),
        ('HEALTHCHECK &{["CMD" "x"]}', 'HEALTHCHECK &{["CMD" "x"]}'),
    ],
)
def test_instructions(said, shown):
    assert dockerfile.instruction(Step(None, said, "", "", is_empty=True)) == ("", shown)


@given(st.lists(st.text(), min_size=2, max_size=5))
def test_any_command_is_told_as_it_was(words):
    # Go leaves what can be printed as it is, and escapes the rest as JSON does, or shorter.
    quoted = " ".join(json.dumps(each, ensure_ascii=False) for each in words)
    made = printed.rewritten(f"CMD [{quoted}]")
    assert made is not None
    assert json.loads(made.removeprefix("CMD ")) == words


@given(st.sampled_from(["CMD", "EXPOSE", "VOLUME", "HEALTHCHECK"]), st.text(max_size=200))
def test_anything_is_survived(verb, rest):
    printed.rewritten(f"{verb} {rest}")


@pytest.mark.parametrize(
    "text",
    [
        'CMD ["' + '" "' * 2000,
        "CMD [" + '"a" ' * 1000,
        "EXPOSE map[" + "a" * 4000,
        'HEALTHCHECK &{["a"' + ' "a"' * 1000,
        'CMD ["' + "\\" * 4000,
        "HEALTHCHECK &{[" + '"' * 4000,
    ],
)
def test_long_texts_end(text):
    assert printed.rewritten(text) is None
