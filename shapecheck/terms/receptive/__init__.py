"""Receptive fields: the entries of one tensor that an entry of another is computed from."""
