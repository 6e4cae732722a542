"""shapecheck: shapes of neural networks, derived and verified for all sizes."""
