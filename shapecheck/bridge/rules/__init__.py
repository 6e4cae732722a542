"""The rules by the names of the operators; each takes a `Draft` and a `Task` and gives the outputs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shapecheck.bridge.rules.attention import ATTENTION
from shapecheck.bridge.rules.convolutions import CONVOLUTIONS
from shapecheck.bridge.rules.elementwise import ELEMENTWISE
from shapecheck.bridge.rules.functions import FUNCTIONS
from shapecheck.bridge.rules.gathers import GATHERS
from shapecheck.bridge.rules.integers import INTEGERS
from shapecheck.bridge.rules.joins_and_splits import PIECES
from shapecheck.bridge.rules.norms import NORMS
from shapecheck.bridge.rules.paddings import PADDINGS
from shapecheck.bridge.rules.patterns import PATTERNS
from shapecheck.bridge.rules.pools import POOLS
from shapecheck.bridge.rules.products import PRODUCTS
from shapecheck.bridge.rules.recurrent import RECURRENT
from shapecheck.bridge.rules.reductions import REDUCTIONS
from shapecheck.bridge.rules.resizing import RESIZING
from shapecheck.bridge.rules.slices import SLICES
from shapecheck.bridge.rules.transposed import TRANSPOSED
from shapecheck.bridge.rules.truths import TRUTHS
from shapecheck.bridge.rules.views import VIEWS
from shapecheck.bridge.tasks import Rule

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        **VIEWS, **INTEGERS, **FUNCTIONS, **ELEMENTWISE, **TRUTHS, **PRODUCTS, **CONVOLUTIONS, **TRANSPOSED, **POOLS,
        **NORMS, **REDUCTIONS, **SLICES, **GATHERS, **PADDINGS, **PATTERNS, **PIECES, **RESIZING, **RECURRENT,
        **ATTENTION,
    }
)  # fmt: skip
