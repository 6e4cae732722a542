"""The extension for VS Code as one file: `python -m shapecheck.editor.vsix shapecheck.vsix`.

Comes in: the folder `vscode` beside this module, and the modules of npm that `package.json` asks for, which `npm`
brings.  Goes out: a `.vsix`, which `code --install-extension shapecheck.vsix` installs.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from shapecheck import __version__

HERE = Path(__file__).parent / "vscode"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_TYPES = """\
<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension=".json" ContentType="application/json"/>
<Default Extension=".vsixmanifest" ContentType="text/xml"/>
<Default Extension=".js" ContentType="application/javascript"/>
<Default Extension=".md" ContentType="text/markdown"/>
<Default Extension=".txt" ContentType="text/plain"/>
<Default Extension=".ts" ContentType="text/plain"/>
<Default Extension=".mjs" ContentType="application/javascript"/>
<Default Extension=".map" ContentType="application/json"/>
</Types>
"""
_MANIFEST = """\
<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
<Metadata>
<Identity Language="en-US" Id="{name}" Version="{version}" Publisher="{publisher}"/>
<DisplayName>{title}</DisplayName>
<Description xml:space="preserve">{description}</Description>
<Categories>Programming Languages</Categories>
<Properties><Property Id="Microsoft.VisualStudio.Code.Engine" Value="{engine}"/></Properties>
</Metadata>
<Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
<Dependencies/>
<Assets>
<Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
</Assets>
</PackageManifest>
"""


def manifest() -> dict[str, Any]:
    """The `package.json` of the extension, with the version of this package."""
    found: dict[str, Any] = json.loads((HERE / "package.json").read_text(encoding="utf-8"))
    return {**found, "version": __version__}


def write(place: Path, modules: Path) -> None:
    """Writes the extension with the modules of npm; the same bytes for the same files."""
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(_files(modules)):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)


def _files(modules: Path) -> Iterator[tuple[str, bytes]]:
    told = manifest()
    about = {"name": told["name"], "version": told["version"], "publisher": told["publisher"],
             "title": escape(told["displayName"]), "description": escape(told["description"]),
             "engine": escape(told["engines"]["vscode"])}  # fmt: skip
    yield "[Content_Types].xml", _TYPES.encode()
    yield "extension.vsixmanifest", _MANIFEST.format(**about).encode()
    yield "extension/package.json", json.dumps(told, indent=1).encode()
    for path in HERE.rglob("*"):
        if path.is_file() and path.name != "package.json":
            yield f"extension/{path.relative_to(HERE).as_posix()}", path.read_bytes()
    for path in modules.rglob("*"):
        if path.is_file():
            yield f"extension/node_modules/{path.relative_to(modules).as_posix()}", path.read_bytes()


def main(place: str) -> int:
    """Brings the modules with npm and writes the extension; the exit code."""
    npm = shutil.which("npm")
    if npm is None:
        print("the extension needs modules that npm brings; install Node.js", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(HERE / "package.json", folder)
        options = ("--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
        if subprocess.run([npm, "install", *options], cwd=folder).returncode:
            return 1
        write(Path(place), Path(folder, "node_modules"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "shapecheck.vsix"))
