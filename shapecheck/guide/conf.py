"""Sphinx's settings for the site of the guide: `python -m sphinx -W shapecheck/guide FOLDER`, with the extra `docs`."""

from shapecheck import __version__

project = "shapecheck"
author = "the shapecheck authors"
version = release = __version__
extensions = ["myst_parser"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = f"shapecheck {__version__}"
suppress_warnings = ["misc.highlighting_failure"]  # the page of messages shows specs that cannot be read
