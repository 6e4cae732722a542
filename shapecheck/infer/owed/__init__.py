"""Requirements that the equations of a successful attempt have on the sizes, each one decided.

In: an attempt without conflicts.  Out: messages, and `Broken` requirements that fail for some sizes.

- `requirements` decides what ops, ranges and axes need: kernels fit, divisions divide, every axis has an entry.
- `read_bounds` decides that every read stays inside, and that every member that is read is defined;
  `double_definitions` that no member is defined twice.
- `picks` decides it for subscripts that are data; `promised` for the ranges that are declared for values.
- `cycles` decides that no member rests on itself.
- `left_open` lists shapes that nothing fixes.
- `strongest` leaves out the requirements that follow from others.

All messages of this room stand in `outcome_errors`.
"""
