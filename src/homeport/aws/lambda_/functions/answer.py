"""A version of a function as it is answered.

https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
"""

from __future__ import annotations

import hashlib
from typing import Any

from homeport.aws.lambda_.model import IMAGE, Image, Logging, Version
from homeport.aws.protocol.call import Params


def configuration(version: Version, arn: str) -> Params:
    """All of it, under the ARN by which it was asked for."""
    return listed(version, arn) | {
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "RuntimeVersionConfig": _runtime_version(version),
    }


def listed(version: Version, arn: str) -> Params:
    """What a list has of it: neither states nor the version of the runtime."""
    return {
        "FunctionName": version.function.name,
        "FunctionArn": arn,
        "Runtime": version.runtime or None,
        "Role": version.role,
        "Handler": version.handler or None,
        "CodeSize": version.code_size,
        "Description": version.description,
        "Timeout": version.timeout_s,
        "MemorySize": version.memory_mb,
        "LastModified": version.modified,
        "CodeSha256": version.code_sha256,
        "Version": version.version,
        "Environment": {"Variables": dict(version.environment)}
        if version.has_environment
        else None,
        "RevisionId": version.revision,
        "Layers": _layers(version),
        "PackageType": version.package_type,
        "ImageConfigResponse": _image_config(version.image),
        "Architectures": [version.architecture],
        "EphemeralStorage": {"Size": version.ephemeral_mb},
        "LoggingConfig": _logging(version.logging),
        "DeadLetterConfig": {"TargetArn": version.dead_letter_arn}
        if version.dead_letter_arn
        else None,
        **_kept(version),
    }


def location(version: Version, url: str) -> Params:
    """Where the package is: `Code` in the answer of GetFunction."""
    if version.package_type != IMAGE or version.image is None:
        return {"RepositoryType": "S3", "Location": url}
    repository = version.image.uri.partition("@")[0]
    head, _, tail = repository.rpartition("/")
    repository = f"{head}/{tail.partition(':')[0]}" if head else tail.partition(":")[0]
    return {
        "RepositoryType": "ECR",
        "ImageUri": version.image.uri,
        "ResolvedImageUri": f"{repository}@{version.image.digest}",
    }


def _kept(version: Version) -> Params:
    kept: dict[str, Any] = dict(version.kept)
    snap_start = kept.pop("SnapStart", None) or {}
    tracing = kept.pop("TracingConfig", None) or {}
    return kept | {
        "SnapStart": {"ApplyOn": snap_start.get("ApplyOn", "None"), "OptimizationStatus": "Off"},
        "TracingConfig": {"Mode": tracing.get("Mode", "PassThrough")},
    }


def _layers(version: Version) -> list[Params] | None:
    return [{"Arn": each.arn, "CodeSize": each.size} for each in version.layer_files] or None


def _logging(logging: Logging) -> Params:
    return {
        "LogFormat": logging.format,
        "ApplicationLogLevel": logging.application_level or None,
        "SystemLogLevel": logging.system_level or None,
        "LogGroup": logging.group,
    }


def _image_config(image: Image | None) -> Params | None:
    if image is None or not (image.entry_point or image.command or image.working_directory):
        return None
    config = {
        "EntryPoint": list(image.entry_point) or None,
        "Command": list(image.command) or None,
        "WorkingDirectory": image.working_directory or None,
    }
    return {"ImageConfig": config}


def _runtime_version(version: Version) -> Params | None:
    """An ARN of AWS's form. What it names on AWS is a build of the runtime; here it stands for the runtime itself."""
    if not version.runtime:
        return None
    digest = hashlib.sha256(version.runtime.encode()).hexdigest()
    return {
        "RuntimeVersionArn": f"arn:aws:lambda:{version.function.region}::runtime:{digest}",
    }
