"""Numbering of axes: the first index of every axis, and subscripts rewritten to count from 0.

An axis that is made with a range is numbered by it, every other axis counts from 0.  Elementwise operations and `@`
hand the numbering on.  After `renumber`, subscripts of a cell's axes, and of any value that is not a family, count from
0; only a family's own axes keep their numbers, so later stages need no numbering.

- `ranks`: the number of axes of a value, if it is plain before shapes are derived.
- `first_indices`: the first index of each axis of families and values.
- `part_axes`: the same for the axes of parts of blocks.
- `renumber`: the graph with its subscripts rewritten.
"""
