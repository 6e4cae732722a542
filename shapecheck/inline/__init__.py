"""Inlining: the shapes of a spec with blocks, as those of a spec without.

In: `Shapes` with applications of blocks.  Out: `Shapes` whose equations are those of the spec and of all bodies.

1. `link` is the entry: it goes through all equations, and puts the body of each block that is applied in place.
2. `block_inputs` says how a body reads what it is applied to.
3. `rewrite` makes the values of a body into values of the spec.
4. `collected` holds the families, cells and equations that are in place so far.

`extent` says beforehand how many equations that will be.
"""
