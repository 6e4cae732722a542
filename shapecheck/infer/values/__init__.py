"""Numbers that the entries of tensors can be, as far as the operations tell.

In: a node, and the equation that it stands in (a box of `boxes`).  Out: the integers that an entry can be (`integers`,
made of `integer_cases` and `data_conditions`), or the least and the greatest real number (`reals`).  `operations` lists
the operations on integers that sizes have, too.  Tensors are looked up in their definitions, as `infer.by_definition`
does.
"""
