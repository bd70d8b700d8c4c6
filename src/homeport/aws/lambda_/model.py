"""What a version of a function is, as all parts of the service see it.

https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

LATEST = "$LATEST"
"""The name of the version that can be changed."""

ZIP = "Zip"
IMAGE = "Image"


class Function(NamedTuple):
    """Which function; all its versions share its concurrency."""

    account: str
    region: str
    name: str

    @property
    def arn(self) -> str:
        """The ARN without a qualifier."""
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{self.name}"


@dataclass(frozen=True, slots=True)
class Image:
    """A container image and what of its configuration is overridden.

    https://docs.aws.amazon.com/lambda/latest/api/API_ImageConfig.html
    """

    uri: str
    """As the client named it."""
    digest: str
    """The digest of the manifest that the name led to; empty until it was asked for."""
    entry_point: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    working_directory: str = ""


@dataclass(frozen=True, slots=True)
class Logging:
    """Where and how a function logs. https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html"""

    group: str
    format: str = "Text"
    """`Text` or `JSON`."""
    application_level: str = ""
    system_level: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer version as a function uses it: also after the layer version was deleted."""

    arn: str
    file: str
    """The content file that holds its archive."""
    size: int
    """Bytes of the archive."""
    unzipped: int


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a function: the one that can be changed, or a published one.

    What runs is known by `function`, `version` and `revision`: a new revision gets new environments.
    """

    function: Function
    version: str
    """`$LATEST`, or a number."""
    revision: str
    """RevisionId: another one after each change."""
    package_type: str
    """`Zip` or `Image`."""
    runtime: str
    """Empty for an image."""
    handler: str
    """Empty for an image."""
    role: str
    code_sha256: str
    """In base64."""
    code_size: int
    timeout_s: int
    memory_mb: int
    ephemeral_mb: int
    architecture: str
    logging: Logging
    modified: str
    """LastModified, in the form of the wire."""
    description: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    layers: tuple[str, ...] = ()
    """ARNs of layer versions, in the order in which they are laid over each other."""
    image: Image | None = None
    dead_letter_arn: str = ""
    kept: Mapping[str, object] = field(default_factory=dict)
    """What is kept and has no effect, by its name in the model: `VpcConfig`, `TracingConfig`, `KMSKeyArn`, ..."""
    file: str = ""
    """The content file that holds the archive; empty for an image."""
    unzipped: int = 0
    """Bytes of the archive's files."""
    has_environment: bool = False
    """Whether variables were ever given, be it none: AWS then answers with an empty map."""
    layer_files: tuple[Layer, ...] = ()
    """What `layers` names."""

    @property
    def arn(self) -> str:
        """The qualified ARN; that of `$LATEST` has its qualifier too."""
        return f"{self.function.arn}:{self.version}"
