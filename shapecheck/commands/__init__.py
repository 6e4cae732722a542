"""The work behind each command of `shapecheck.cli`: files in, text and exit codes out."""
