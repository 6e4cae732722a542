"""The primitive operations: `OPS` lists them, `find` picks one by name and number of arguments.

Importing this does not import NumPy; the first kernel that runs does.
"""

from __future__ import annotations

from shapecheck.ops.arithmetic import ARITHMETIC
from shapecheck.ops.base import Op
from shapecheck.ops.fill import FILLS
from shapecheck.ops.join import JOINS
from shapecheck.ops.logic import LOGIC
from shapecheck.ops.matmul import MATMUL

__all__ = ["NAMES", "OPS", "find"]

OPS: tuple[Op, ...] = (*ARITHMETIC, *LOGIC, MATMUL, *JOINS, *FILLS)
"""All primitive ops; where two have one name, the one of the fixed arity stands first."""

NAMES: frozenset[str] = frozenset(op.name for op in OPS)
"""The names of all ops, operators' spellings included."""


def find(name: str, operands: int) -> Op | None:
    """The op of that name for so many positional arguments (options given by position count).

    Where no op of the name takes that many, the first one of the name: its arity tells what is wrong.
    """
    named = [op for op in OPS if op.name == name]
    return next((op for op in named if _takes(op, operands)), named[0] if named else None)


def _takes(op: Op, operands: int) -> bool:
    if op.arity is None:
        return operands >= 1
    return op.arity <= operands <= op.arity + len(op.options)
