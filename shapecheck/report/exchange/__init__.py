"""Formats that other programs read, made of the files of a JSON report: nothing here knows how a check is made.

`check` writes them: `annotations` for GitHub's pages, `sarif` for code scanning, `junit` for tables of test results.
"""
