"""Languages of formulas, one file each, and the three vocabularies that each of them speaks.

`Markup` writes sizes, `Notation` names of tensors, shapes and the cells of tables, `Formulas` whole equations.
"""
