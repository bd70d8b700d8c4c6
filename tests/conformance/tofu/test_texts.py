"""Texts that look like expressions mean themselves, in both programs; no provider is needed."""

import json
import os
import subprocess

from homeport.tofu.export import documents, template

ODD = [
    "${x}",
    "$${x}",
    "$$${x}",
    "%{if}",
    "%%{if}",
    "$",
    "%",
    "$$",
    "a\nb",
    '"\\"',
    "é",
    "${",
    "\x7f",
]
TEXTS = [*ODD, *(a + b for a in ODD for b in ODD)]


def test_texts(program, tmp_path):
    value = {"list": TEXTS, "map": dict.fromkeys(TEXTS, "x")}
    body = {"output": {"texts": {"value": template.literal(value)}}}
    (tmp_path / "main.tf.json").write_text(documents.document(body))
    kept = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TF_IN_AUTOMATION": "1"}
    for words in (["init"], ["apply", "-auto-approve"], ["output", "-json", "texts"]):
        done = subprocess.run(
            [program, *words],
            cwd=tmp_path,
            env=kept,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=True,
        )
    assert json.loads(done.stdout) == value
