"""Recurrent layers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shapecheck.bridge.tasks import Rule

RECURRENT: Mapping[str, Rule] = MappingProxyType({})
