"""What containers wrote, for `kubectl logs`.

https://kubernetes.io/docs/concepts/cluster-administration/logging/
"""

from __future__ import annotations

import threading
from collections import defaultdict

from tests.apiserver import errors, kinds

_POLL_S = 0.2


class PodLogs:
    """Lines by pod and container; who follows gets appended lines until the pod is gone."""

    def __init__(self, store):
        self._store = store
        self._lines: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        self._changed = threading.Condition()
        self._is_closed = False

    def write(self, namespace, pod, container, *lines):
        """Appends lines."""
        with self._changed:
            self._lines[namespace, pod, container] += lines
            self._changed.notify_all()

    def close(self):
        """Ends everybody who follows."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def read(self, namespace, pod, container, options):
        """The lines so far, or the last `tailLines`, and with `follow` those to come; the kubelet's refusal as an ApiError."""
        found = self._store.get(kinds.POD, namespace, pod)
        name = container or found["spec"]["containers"][0]["name"]
        self._check(found, name)
        return self._stream((namespace, pod, name), options)

    def _check(self, pod, container):
        rows = (pod.get("status") or {}).get("containerStatuses") or []
        row = next((row for row in rows if row["name"] == container), {})
        if row.get("containerID"):
            return
        waiting = row.get("state", {}).get("waiting", {})
        reason = waiting.get("reason", "ContainerCreating")
        why = f'container "{container}" in pod "{pod["metadata"]["name"]}" is waiting to start: '
        text = {
            "ContainerCreating": reason,
            "ImagePullBackOff": "trying and failing to pull image",
            "ErrImagePull": "image can't be pulled",
        }
        raise errors.bad_request(why + text.get(reason, reason))

    def _stream(self, key, options):
        lines = list(self._lines[key])
        tail = options.get("tailLines")
        begin = max(0, len(lines) - int(tail)) if tail else 0
        for line in lines[begin:]:
            yield f"{line}\n".encode()
        if options.get("follow") in {"true", "1"}:
            yield from self._follow(key, len(lines))

    def _follow(self, key, seen):
        while not self._is_closed and self._store.find(kinds.POD, *key[:2]) is not None:
            new = self._wait(key, seen)
            seen += len(new)
            # An empty line makes the server look whether the client is still there.
            for line in [f"{line}\n" for line in new] or [""]:
                yield line.encode()

    def _wait(self, key, seen):
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or len(self._lines[key]) > seen, _POLL_S)
            return self._lines[key][seen:]
