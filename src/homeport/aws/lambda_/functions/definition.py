"""What a function is made of, from the parameters of CreateFunction and UpdateFunctionConfiguration.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

from homeport.aws.lambda_ import errors, limits
from homeport.aws.lambda_.constraints import broken
from homeport.aws.lambda_.model import IMAGE, ZIP, Function, Image, Logging, Version
from homeport.aws.protocol import model
from homeport.aws.protocol.call import Params

_REFUSED = (
    "AcceleratorConfig",
    "CapacityProviderConfig",
    "CodeSigningConfigArn",
    "DurableConfig",
    "FileSystemConfigs",
    "PublishTo",
    "RuntimeConfig",
    "TenancyConfig",
)
"""Members that would change what a function does, and are not there."""
_KEPT = ("KMSKeyArn", "SnapStart", "TracingConfig", "VpcConfig")

RESERVED = frozenset(
    (
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    )
)
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime"""
_UNABLE = "Lambda was unable to configure your environment variables because the environment variables you have provided"
UNKNOWN_RUNTIMES = frozenset(("custom", "nodejs4.3-edge"))
"""What the model names beside runtimes that a function of its own can have."""


def begin(function: Function, params: Params) -> Version:
    """A version with the defaults, and all that is given in CreateFunction but the code."""
    package_type = params.get("PackageType") or ZIP
    is_image = package_type == IMAGE
    if not is_image and not (params.get("Runtime") and params.get("Handler")):
        # https://github.com/boto/boto3/issues/2705
        raise errors.INVALID(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages."
        )
    image = Image(uri="", digest="") if is_image else None
    base = Version(
        function=function,
        version="$LATEST",
        revision="",
        package_type=package_type,
        runtime="",
        handler="",
        role="",
        code_sha256="",
        code_size=0,
        timeout_s=3,
        memory_mb=128,
        ephemeral_mb=512,
        architecture=(params.get("Architectures") or ["x86_64"])[0],
        logging=Logging(f"/aws/lambda/{function.name}"),
        modified="",
        image=image,
    )
    return change(base, params)


def change(version: Version, params: Params) -> Version:
    """A version with what is given in place of what was; the code and the layers are not looked at."""
    refuse(params)
    _check_package_type(version, params)
    fields: dict[str, Any] = {}
    for name, read in _READERS.items():
        if params.get(name) is not None:
            fields |= read(version, params[name])
    kept = {name: params[name] for name in _KEPT if params.get(name) is not None}
    if kept:
        fields["kept"] = {**version.kept, **_as_kept(kept)}
    return dataclasses.replace(version, **fields)


def refuse(params: Params) -> None:
    """Raises where something is asked for that is not there."""
    for name in _REFUSED:
        if params.get(name):
            raise errors.not_implemented(name)


def _check_package_type(version: Version, params: Params) -> None:
    if version.package_type == IMAGE and any(
        params.get(name) for name in ("Runtime", "Handler", "Layers")
    ):
        # https://github.com/pulumi/pulumi-aws/issues/5439
        raise errors.INVALID(
            "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image."
        )
    if version.package_type != IMAGE and params.get("ImageConfig"):
        # AWS's text is not recorded.
        raise errors.INVALID(
            "Please don't provide ImageConfig when the function PackageType is Zip."
        )


def _as_kept(kept: Params) -> Params:
    vpc = kept.get("VpcConfig")
    if vpc is not None:
        kept["VpcConfig"] = {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": "", **vpc}
    if kept.get("KMSKeyArn") == "":
        kept["KMSKeyArn"] = None
    return kept


def _runtime(_: Version, runtime: str) -> Params:
    known = model.load("lambda").operation("CreateFunction").input
    names = [] if known is None else known.members["Runtime"].traits["enum"]
    if runtime not in names or runtime in UNKNOWN_RUNTIMES:
        raise errors.INVALID(
            f"Value {runtime} at 'runtime' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{broken.RUNTIMES}] or be a valid ARN"
        )
    return {"runtime": runtime}


def _timeout(_: Version, seconds: int) -> Params:
    if seconds > limits.TIMEOUT_S:
        raise errors.constraint(seconds, "timeout", _at_most(limits.TIMEOUT_S))
    return {"timeout_s": seconds}


def _memory(_: Version, megabytes: int) -> Params:
    if megabytes > limits.MEMORY_MB:
        # https://github.com/alexcasalboni/aws-lambda-power-tuning/pull/181
        raise errors.INVALID(
            f"'MemorySize' value failed to satisfy constraint: {_at_most(limits.MEMORY_MB)}"
        )
    return {"memory_mb": megabytes}


def _ephemeral(_: Version, storage: Params) -> Params:
    size: int = storage["Size"]
    if size > limits.EPHEMERAL_MB:
        raise errors.constraint(size, "ephemeralStorage.size", _at_most(limits.EPHEMERAL_MB))
    return {"ephemeral_mb": size}


def _at_most(limit: int) -> str:
    return f"Member must have value less than or equal to {limit}"


def _environment(_: Version, environment: Params) -> Params:
    variables: dict[str, str] = environment.get("Variables") or {}
    taken = [name for name in variables if name in RESERVED]
    if taken:
        # https://github.com/mattermost/mattermost-cloud-monitoring/pull/264
        raise errors.INVALID(
            f"{_UNABLE} contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(taken)}"
        )
    if any("\0" in value for value in variables.values()):
        # No process can have one; AWS's text is not recorded.
        raise errors.INVALID(f"{_UNABLE} contains a null character.")
    measured = json.dumps(variables, separators=(",", ":"), ensure_ascii=False)
    if len(measured.encode("utf-8", "surrogatepass")) > limits.ENVIRONMENT_BYTES:
        raise errors.INVALID(f"{_UNABLE} exceeded the 4KB limit. String measured: {measured}")
    return {"environment": variables, "has_environment": True}


def _logging(version: Version, given: Params) -> Params:
    before = version.logging
    log_format = given.get("LogFormat") or before.format
    levels = given.get("ApplicationLogLevel"), given.get("SystemLogLevel")
    group = given.get("LogGroup") or before.group
    if log_format == "Text":
        if any(levels):
            # AWS's text is not recorded.
            raise errors.INVALID(
                "ApplicationLogLevel and SystemLogLevel need the LogFormat JSON; with Text there are no levels."
            )
        return {"logging": Logging(group)}
    application = levels[0] or before.application_level or "INFO"
    return {
        "logging": Logging(
            group, log_format, application, levels[1] or before.system_level or "INFO"
        )
    }


def _dead_letters(_: Version, config: Params) -> Params:
    arn = config.get("TargetArn") or ""
    if arn and arn.split(":")[2:3] not in (["sqs"], ["sns"]):
        # AWS's text is not recorded.
        raise errors.INVALID(
            f"The dead letter target {arn} is neither an SQS queue nor an SNS topic."
        )
    return {"dead_letter_arn": arn}


def _image_config(version: Version, config: Params) -> Params:
    if version.image is None:
        return {}
    image = dataclasses.replace(
        version.image,
        entry_point=tuple(config.get("EntryPoint") or ()),
        command=tuple(config.get("Command") or ()),
        working_directory=config.get("WorkingDirectory") or "",
    )
    return {"image": image}


_READERS: dict[str, Callable[[Version, Any], Params]] = {
    "Runtime": _runtime,
    "Role": lambda _, role: {"role": role},
    "Handler": lambda _, handler: {"handler": handler},
    "Description": lambda _, description: {"description": description},
    "Timeout": _timeout,
    "MemorySize": _memory,
    "Environment": _environment,
    "DeadLetterConfig": _dead_letters,
    "ImageConfig": _image_config,
    "EphemeralStorage": _ephemeral,
    "LoggingConfig": _logging,
}
