"""Blocks as inference knows them.

In: applications of blocks, and paths such as `c1.K`.  Out: what is known of the bodies, and of the tensors in them.

- `kinds` looks at a body once for the same static arguments and shapes.
- `paths` finds the applications that a path leads to; `block_parts` makes tensors of what stands at its end.
- `places` names what a body becomes when it is put in place, with its axes; `inline` builds on it.
"""
