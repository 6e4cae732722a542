"""Numbers that the entries of tensors can be, as far as the operations tell.

In: a node, and the equation that it stands in (a box of `boxes`).  Out: sizes with the facts that hold of them, for
integers (`integers`, made of `cases`), or the least and the greatest number (`reals`).  `operations` says what an
operation on integers is as one on sizes.  Both look tensors up in their definitions, as `infer.by_definition` does.
"""
