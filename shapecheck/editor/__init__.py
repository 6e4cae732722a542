"""Answers to editors about specs: a language server and the clients for it.

Comes in: the texts that are open in an editor, and offsets in them.  Goes out: problems, shapes, names, edits.  All
modules are plain functions on an `OpenText`, but for `protocol`, `requests` and `conversions`; those translate between
them and the Language Server Protocol, and are the only ones that import `pygls` and `lsprotocol` (the extra `lsp`).
"""
