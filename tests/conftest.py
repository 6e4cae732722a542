"""Specs in here are what tests are about, and some are wrong on purpose: they are no tests themselves."""

from __future__ import annotations

collect_ignore_glob = ["*.shape"]
