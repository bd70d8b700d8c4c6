"""What keeps a pod's volumes and environment from being set up, in the words of the kubelet.

https://kubernetes.io/docs/concepts/storage/volumes/
"""

from __future__ import annotations

_HOST_PATHS = {
    "Socket": "a socket file",
    "Directory": "a directory",
    "File": "a file",
    "CharDevice": "a character device",
    "BlockDevice": "a block device",
}


def trouble(world, pod):
    """Why the first of the pod's volumes that fails cannot be mounted, or None."""
    namespace = pod["metadata"]["namespace"]
    for volume in pod["spec"].get("volumes") or []:
        why = _volume(world, namespace, volume)
        if why:
            return f'MountVolume.SetUp failed for volume "{volume["name"]}" : {why}'
    return None


def _volume(world, namespace, volume):
    if "hostPath" in volume:
        return _host_path(world, volume["hostPath"])
    if "secret" in volume:
        source = volume["secret"]
        return _keys(world, namespace, "Secret", source.get("secretName"), source)
    if "configMap" in volume:
        source = volume["configMap"]
        return _keys(world, namespace, "ConfigMap", source.get("name"), source)
    return None


def _host_path(world, source):
    kind = source.get("type") or ""
    if kind not in _HOST_PATHS or world.node_files.get(source["path"]) == kind:
        return None
    return f"hostPath type check failed: {source['path']} is not {_HOST_PATHS[kind]}"


def _keys(world, namespace, kind, name, source):
    if source.get("optional"):
        return None
    found = world.find(kind, namespace, name)
    if found is None:
        return f'{kind.lower()} "{name}" not found'
    word = {"Secret": "secret", "ConfigMap": "config"}[kind]
    for item in source.get("items") or []:
        if item["key"] not in (found.get("data") or {}):
            return f"references non-existent {word} key: {item['key']}"
    return None


def environment(world, pod, container):
    """Why the container's environment cannot be made, or None.

    https://kubernetes.io/docs/tasks/inject-data-application/distribute-credentials-secure/
    """
    namespace = pod["metadata"]["namespace"]
    for row in container.get("envFrom") or []:
        for key, kind in (("secretRef", "Secret"), ("configMapRef", "ConfigMap")):
            why = key in row and _reference(world, namespace, kind, row[key])
            if why:
                return why
    for row in container.get("env") or []:
        source = row.get("valueFrom") or {}
        for key, kind in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
            why = key in source and _reference(world, namespace, kind, source[key])
            if why:
                return why
    return None


def _reference(world, namespace, kind, source):
    if source.get("optional"):
        return None
    found = world.find(kind, namespace, source["name"])
    if found is None:
        return f'{kind.lower()} "{source["name"]}" not found'
    if source.get("key", None) is None or source["key"] in (found.get("data") or {}):
        return None
    return f"couldn't find key {source['key']} in {kind} {namespace}/{source['name']}"
