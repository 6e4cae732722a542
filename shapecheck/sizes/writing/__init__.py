"""Sizes as text.

In: a size.  Out: the shortest text found, in the language of specs, or the tree that writers of other languages use.

1. `abridged` leaves out the deepest parts of a size that is too large to be written.
2. `show` chooses a phrase for every quotient and maximum: `ceil(H / 2)` for `(H + 1) // 2`.
3. `notation` is the tree that comes out; `text` writes it.
"""
