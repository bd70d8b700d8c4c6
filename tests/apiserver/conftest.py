"""Fixtures of the stand-in's own tests."""

from __future__ import annotations

from tests.apiserver.fixtures import api, apiserver, bare_apiserver, namespace

__all__ = ["api", "apiserver", "bare_apiserver", "namespace"]
