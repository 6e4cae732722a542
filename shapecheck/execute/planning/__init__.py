"""The plan of a run at concrete sizes: its statements, their order and their memory, before any array exists.

    Shapes -> writing_out -> memory_layout -> statement -> dependence -> schedule

`writing_out` gives each member whose shape grows a cell of its own; `memory_layout` assigns members to arrays.
`statement` turns each instance of an equation into a statement with the ranges of its indices, `dependence` finds the
statements that each one reads from, and `schedule` orders them into whole statements and loops.  `hoist` rewrites a
statement so that less of it is computed inside a loop; `memory` estimates the bytes.  `linear` (sizes as linear forms
in the indices) and `traversal` (walks over nodes) serve all of them.
"""
