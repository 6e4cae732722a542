"""Names of axes: `names` follows them through equations and blocks; `errors` says where two of them clash."""
