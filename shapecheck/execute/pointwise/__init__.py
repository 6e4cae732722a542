"""Equations evaluated at one point of their indices at a time, slowly and without any clever step.

`point` evaluates a node at one point.  It is used where whole ranges do not do: by `points` where computing a range met
values that do not count, by `on_demand` for recurrences in no fixed direction, and by `nan_origin` to name the
operation that made a NaN.
"""
