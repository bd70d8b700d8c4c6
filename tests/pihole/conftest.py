"""The fixtures of stand-ins."""

from tests.pihole.fixtures import disposable, pihole, pretended  # noqa: F401
