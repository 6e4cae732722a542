"""Statements of a spec or of a block's body, read in two passes.

The first pass collects all names, since statements may stand in any order; the second reads every statement.  A
statement that cannot be read is reported and left out, and the names that it defines are remembered as *poisoned*:
errors that follow from them are not reported.

- `for_blocks`: statements with the `for` blocks around them.
- `declarations`: the first pass: sizes, tensors, and the names on left sides.
- `left_sides`, `definitions`: equations, instances of blocks, shapes stated for members.
- `claim_statements`, `spec_tests`: claims and tests.
- `defined_families`: the axes of a family, from the left sides of its equations.
- `statement_reader`: the second pass; it gives the `Graph`.
"""
