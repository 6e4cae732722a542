"""Equations evaluated at one point of their indices at a time: slow, and straight from the definition.

`point` evaluates a node at one point.  It is used where arrays over whole ranges fail: by `every_point` where a range
holds points that do not count, by `on_demand` for recurrences in no fixed direction, and by `nan_origin` to name the
operation that made a NaN.
"""
