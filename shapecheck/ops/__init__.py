"""The primitive operations: `OPS` lists them, `find` picks one by name and number of arguments.

Each op stands in one file, with all that is said of it: shape rule, kernel, defining term, traits.  `base` describes
what an op has; `term_types` are the types of defining terms.  `elementwise` is the base of all ops that work entry by
entry (`arithmetic`, `functions`, `logic`).  Several ops share `shape_rules` (equal sizes, fresh shapes), `arrays`
(exact integers in kernels), `image_axes`, `padding` and `windows` (convolutions and pooling).

Importing this does not import NumPy; the first kernel that runs does.
"""

from __future__ import annotations

from collections.abc import Mapping

from shapecheck.ops.arithmetic import ADD, ARITHMETIC
from shapecheck.ops.base import Op
from shapecheck.ops.conv import CONV
from shapecheck.ops.conv_transpose import CONV_TRANSPOSE
from shapecheck.ops.dot import DOT
from shapecheck.ops.fill import FILLS, ZEROS
from shapecheck.ops.functions import FUNCTIONS
from shapecheck.ops.join import JOIN, JOINS
from shapecheck.ops.logic import LOGIC
from shapecheck.ops.matmul import MATMUL
from shapecheck.ops.maxpool import MAXPOOL
from shapecheck.ops.pad import PAD
from shapecheck.ops.reduce import REDUCTIONS
from shapecheck.ops.reshape import RESHAPE
from shapecheck.ops.softmax import SOFTMAX
from shapecheck.ops.transpose import TRANSPOSE

__all__ = ["ADD", "JOIN", "NAMES", "OPS", "ZEROS", "find"]

OPS: tuple[Op, ...] = (
    *REDUCTIONS,
    *ARITHMETIC,
    *LOGIC,
    *FUNCTIONS,
    SOFTMAX,
    DOT,
    MATMUL,
    TRANSPOSE,
    *JOINS,
    *FILLS,
    RESHAPE,
    PAD,
    CONV,
    CONV_TRANSPOSE,
    MAXPOOL,
)
"""All primitive ops.  Where two have one name, the one that takes a fixed number of operands stands first."""

_BY_NAME: Mapping[str, tuple[Op, ...]] = {op.name: tuple(other for other in OPS if other.name == op.name) for op in OPS}

NAMES: frozenset[str] = frozenset(_BY_NAME)
"""The names of all ops, operators' spellings included."""


def find(name: str, operands: int) -> Op | None:
    """The op of that name for this number of positional arguments; options may be among them.

    Where no op of the name takes that many, the first one of the name: its arity tells what is wrong.
    """
    named = _BY_NAME.get(name, ())
    return next((op for op in named if _takes(op, operands)), named[0] if named else None)


def _takes(op: Op, operands: int) -> bool:
    if op.arity is None:
        return operands >= 1
    return op.arity <= operands <= op.arity + len(op.options)
