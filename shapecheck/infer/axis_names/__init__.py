"""Names of axes: `propagation` follows them through equations and blocks, `agreement` checks where they meet."""
