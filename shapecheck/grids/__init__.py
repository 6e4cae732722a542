"""Values of tensors to look at: cut out of a run, as grids in text, tables and pictures."""

from shapecheck.grids.errors import CannotShow
from shapecheck.grids.model import Grid, Panel, Tensor

__all__ = ["CannotShow", "Grid", "Panel", "Tensor"]
