"""Labels that documents refer to: the same in all formats."""

from __future__ import annotations

import re

_ODD = re.compile(r"[^A-Za-z0-9:._-]+")


def reference(label: str) -> str:
    """The label with a hyphen for what not every format takes: `tab:my gru` is `tab:my-gru`."""
    return _ODD.sub("-", label.strip()).strip("-.") or "table"
