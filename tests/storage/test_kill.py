"""`kill -9` of a writing process at random moments: what it acknowledged is there, whole; nothing else is."""

import importlib.util
import random
import subprocess
import sys
import threading
from pathlib import Path

from homeport.storage.content import Content
from homeport.storage.db import Database

WRITER = Path(__file__).with_name("writer.py")
ROUNDS = 12


def load_writer():
    spec = importlib.util.spec_from_file_location("storage_writer", WRITER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


writer = load_writer()


def write_until_killed(root, seed, seconds):
    """Runs the writer on a folder, kills it, and returns the lines that it wrote."""
    with subprocess.Popen(
        [sys.executable, WRITER, root, str(seed)], stdout=subprocess.PIPE, text=True
    ) as process:
        first = process.stdout.readline()
        timer = threading.Timer(seconds, process.kill)
        timer.start()
        lines = [first, *process.stdout]
        timer.cancel()
    assert process.returncode == -9
    return [tuple(line.split()) for line in lines if line.endswith("\n")]


def apply(lines, objects, uploads):
    """Brings the acknowledged state up to date; returns the keys whose deletion was not acknowledged."""
    deleting = set()
    for word, *rest in lines:
        if word == "put":
            objects[int(rest[0])] = (rest[1], int(rest[2]))
        elif word == "deleting":
            deleting.add(int(rest[0]))
        elif word == "del":
            deleting.discard(int(rest[0]))
            objects.pop(int(rest[0]), None)
        elif word == "keep":
            uploads[rest[0]] = int(rest[1])
    return deleting


def swept(root):
    """The folder as the next process finds it after its sweep."""
    db = Database(root / "rows.db", writer.SCHEMA)
    content = Content(root / "content")
    named = {name for (name,) in db.query("SELECT name FROM object")}
    kept = {name for (name,) in db.query("SELECT name FROM upload")}
    content.sweep(lambda names: named & set(names), lambda names: kept & set(names))
    objects = {key: (name, size) for key, name, size in db.query("SELECT * FROM object")}
    uploads = dict(db.query("SELECT * FROM upload"))
    db.abandon()
    return objects, uploads


def check_objects(root, found, acknowledged, deleting):
    for name, size in found.values():
        path = root / "content" / "files" / name[:2] / name
        assert path.read_bytes() == writer.data_of(name, size)
    for key, row in acknowledged.items():
        # A later put that was committed and not yet acknowledged may stand in its place; it was checked above.
        assert key in found or key in deleting, f"object {key} {row} is lost"
    different = {key for key, _ in set(found.items()) ^ set(acknowledged.items())}
    assert len(different) <= writer.LANES, "each lane has one change under way at most"
    on_disk = {path.name for path in (root / "content" / "files").rglob("*") if path.is_file()}
    assert on_disk == {name for name, _ in found.values()}


def check_uploads(root, found, acknowledged):
    staging = root / "content" / "staging"
    assert {path.name for path in staging.iterdir()} == set(found)
    for name, size in acknowledged.items():
        assert found[name] >= size
        whole = (staging / name).read_bytes()
        assert whole[: found[name]] == writer.data_of(name, 900_000)[: found[name]]


def test_nothing_acknowledged_is_lost_by_kill_9(tmp_path):
    moments = random.Random(4566)
    objects, uploads = {}, {}
    acknowledged = 0
    for seed in range(ROUNDS):
        lines = write_until_killed(tmp_path, seed, moments.uniform(0.0, 0.5))
        acknowledged += len(lines) - 1
        deleting = apply(lines, objects, uploads)
        found, kept = swept(tmp_path)
        check_objects(tmp_path, found, objects, deleting)
        check_uploads(tmp_path, kept, uploads)
        objects, uploads = found, kept
    assert acknowledged > 100
