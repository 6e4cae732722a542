"""What to compute and in which order, at concrete sizes and before any array exists.

    Shapes -> writing_out -> layout -> statement -> dependence -> schedule

`writing_out` gives each member whose shape grows a cell of its own, `layout` says where members are stored.
`statement` turns each instance of an equation into a statement with the ranges of its indices, `dependence` finds the
statements that each one reads from, and `schedule` orders them into whole statements and loops.  `hoist` rewrites a
statement so that less of it stands inside a loop; `memory` estimates the bytes.  `linear` and `traversal` are used by
all of them: sizes as linear forms in the indices, and walks over the nodes of a value.
"""
