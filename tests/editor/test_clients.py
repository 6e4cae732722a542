"""Neovim and Emacs with the lines that the guide's page gives to paste.

Where one of them is not installed, its test is skipped and says so.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.editor.client import lsp
from tests.editor.opened import ROOT

GUIDE = (ROOT / "shapecheck" / "guide" / "editor.md").read_text()
WRONG = (ROOT / "tests" / "bad" / "unequal_states.shape").read_text()
GRU = (ROOT / "specs" / "slides" / "gru.shape").read_text()
TIMEOUT = 90

NEOVIM = r"""
local function ask(method, params)
  params.textDocument = vim.lsp.util.make_text_document_params()
  for _, answer in pairs(vim.lsp.buf_request_sync(0, method, params, 30000) or {}) do return answer.result end
end
local function clients() return vim.lsp.get_clients and vim.lsp.get_clients() or vim.lsp.buf_get_clients() end
local function connected()
  for _, client in pairs(clients()) do return client.initialized end
end
vim.cmd("edit wrong.shape")
vim.wait(30000, function() return #vim.diagnostic.get(0) > 0 end)
print("problem: " .. vim.diagnostic.get(0)[1].message)
vim.cmd("edit gru.shape")
vim.wait(30000, connected)
print("hover: " .. ask("textDocument/hover", { position = { line = 6, character = 0 } }).contents.value)
local edit = ask("textDocument/rename", { position = { line = 6, character = 0 }, newName = "state" })
for _, client in pairs(clients()) do vim.lsp.util.apply_workspace_edit(edit, client.offset_encoding) end
print("renamed: " .. vim.api.nvim_buf_get_lines(0, 6, 7, false)[1])
vim.cmd("qa!")
"""
EMACS = r"""
(setq eglot-sync-connect t)
(remove-hook 'shape-mode-hook #'eglot-ensure)
(find-file "wrong.shape")
(apply #'eglot (eglot--guess-contact))
(let ((left 150))
  (while (and (> left 0) (not (flymake-diagnostics)))
    (setq left (1- left))
    (flymake-start)
    (accept-process-output nil 0.2)))
(dolist (item (flymake-diagnostics)) (message "problem: %s" (flymake-diagnostic-text item)))
"""


def _block(language: str, after: str) -> str:
    """The first fenced block of a language behind a piece of the page."""
    found = re.search(rf"^```{language}\n(.*?)^```", GUIDE[GUIDE.index(after) :], re.M | re.S)
    assert found is not None
    return found[1]


def _run(folder: Path, *command: str) -> str:
    """The output of an editor that finds `shapecheck` as a command."""
    lsp()
    program = folder / "bin" / "shapecheck"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m shapecheck "$@"\n')
    program.chmod(0o755)
    (folder / "wrong.shape").write_text(WRONG)
    (folder / "gru.shape").write_text(GRU)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    home = {"PATH": path, "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT, env=os.environ | home)
    return done.stdout + done.stderr


def test_neovim(tmp_path: Path) -> None:
    """Problems, hover, and a new name, in Neovim without a screen."""
    program = shutil.which("nvim")
    if program is None:
        pytest.skip("Neovim is not installed: apt-get install neovim")
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    found = re.search(r"v(\d+)\.(\d+)", version)
    assert found is not None
    is_new = (int(found[1]), int(found[2])) >= (0, 11)
    (tmp_path / "init.lua").write_text(_block("lua", "From version 0.11" if is_new else "Before, from 0.7"))
    (tmp_path / "ask.lua").write_text(NEOVIM)
    output = _run(tmp_path, program, "--headless", "-u", "init.lua", "-c", "luafile ask.lua")
    assert "problem: this needs equal shapes on both sides of `+`" in output
    assert "h[t] : p, t = 0..T" in output
    assert "renamed: state[0] = zeros(p)" in output


def test_emacs(tmp_path: Path) -> None:
    """Problems in Emacs without a screen, by eglot, which is part of Emacs from version 29 on, and a package before."""
    program = shutil.which("emacs")
    if program is None:
        pytest.skip("Emacs is not installed: apt-get install emacs-nox elpa-eglot")
    start = [program, "--batch", "--eval", "(progn (require 'package) (package-initialize))"]
    if subprocess.run([*start, "--eval", "(require 'eglot)"], capture_output=True).returncode:
        pytest.skip("this Emacs has no eglot: apt-get install elpa-eglot")
    (tmp_path / "init.el").write_text(_block("elisp", "## Emacs"))
    (tmp_path / "ask.el").write_text(EMACS)
    output = _run(tmp_path, *start, "--eval", "(require 'eglot)", "-l", "init.el", "-l", "ask.el")
    assert "problem: shapecheck [unequal-sizes]: this needs equal shapes" in output


@pytest.mark.parametrize("missing", ["pygls", "lsprotocol"])
def test_without_the_extra(missing: str) -> None:
    """Without the modules of the extra, the command says what to install, and ends with the code of a wrong use."""
    script = f"import sys; sys.modules['{missing}'] = None; from shapecheck.cli import main; main(['server'])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    assert "pip install 'shapecheck-lang[lsp]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_other_commands_do_not_import_the_server() -> None:
    """The modules of the extra are imported by `shapecheck server` alone."""
    script = (
        "import sys, shapecheck.cli; print(sorted({'pygls', 'lsprotocol', 'shapecheck.editor'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
