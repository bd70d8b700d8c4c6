"""Whatever layers are laid over each other, the root is what a plain model of them says."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.aws.lambda_.images.pushed import archive, file, folder

from homeport.aws.lambda_.images import layer
from homeport.aws.lambda_.images.budget import Budget
from homeport.aws.lambda_.images.tree import Tree

NAMES = st.sampled_from(["a", "b", "c"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(tuple)
ENTRIES = st.one_of(
    st.tuples(st.just("file"), PATHS, st.integers(0, 9).map(str)),
    st.tuples(st.just("folder"), PATHS, st.just("")),
    st.tuples(st.just("whiteout"), PATHS, st.just("")),
    st.tuples(st.just("opaque"), PATHS, st.just("")),
)


def is_sound(entries):
    """Each path once, and nothing within a file: what tools write."""
    made = [(kind, path) for kind, path, _ in entries if kind in ("file", "folder")]
    files = {path for kind, path in made if kind == "file"}
    paths = [path for _, path in made]
    above = {path[:size] for _, path, _ in entries for size in range(1, len(path))}
    opaque = {path for kind, path, _ in entries if kind == "opaque"}
    hidden = {path for kind, path, _ in entries if kind == "whiteout"}
    within = {path[:size] for path in above | opaque | set(paths) for size in range(1, 4)}
    return len(set(paths)) == len(paths) and not files & (above | opaque) and not hidden & within


LAYERS = st.lists(st.lists(ENTRIES, max_size=6).filter(is_sound), max_size=4)


def modelled(layers):
    """Paths to contents; None for folders."""
    root = {}
    for entries in layers:
        for kind, path, _ in entries:
            if kind == "whiteout":
                root = {p: c for p, c in root.items() if p[: len(path)] != path}
            elif kind == "opaque":
                root = {p: c for p, c in root.items() if p[: len(path)] != path or p == path}
        for kind, path, content in entries:
            if kind not in ("file", "folder"):
                continue
            for size in range(1, len(path)):
                if root.get(path[:size]) is not None:
                    del root[path[:size]]
                root[path[:size]] = None
            if kind == "file":
                root = {p: c for p, c in root.items() if p[: len(path)] != path}
                root[path] = content
            else:
                root[path] = None
    return root


def written(entries):
    made = []
    for kind, path, content in entries:
        name = "/".join(path)
        if kind == "file":
            made.append(file(name, content))
        elif kind == "folder":
            made.append(folder(name))
        elif kind == "whiteout":
            made.append(file("/".join((*path[:-1], f".wh.{path[-1]}"))))
        else:
            made.append(file(f"{name}/.wh..wh..opq"))
    return archive(*with_parents(entries, made))


def with_parents(entries, made):
    """Folders first, as tools write them."""
    above = {
        path[:size]
        for kind, path, _ in entries
        if kind in ("file", "folder")
        for size in range(1, len(path))
    }
    return [folder("/".join(path)) for path in sorted(above)] + made


def found(root):
    return {
        path.relative_to(root).parts: path.read_text() if path.is_file() else None
        for path in root.rglob("*")
    }


@settings(max_examples=300, deadline=None)
@given(LAYERS)
def test_any_layers(layers):
    with tempfile.TemporaryDirectory() as name:
        onto = Tree(name)
        for entries in layers:
            layer.lay(onto, iter([written(entries)]), Budget(None))
        assert found(Path(name)) == modelled(layers)
