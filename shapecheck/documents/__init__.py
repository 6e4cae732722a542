"""Documents that hold specs and what is derived of them: marks in Markdown and LaTeX, and colors for specs."""
