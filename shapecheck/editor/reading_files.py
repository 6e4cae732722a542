"""Files beside an open text: what it imports, and the other specs of the workspace.

In: folders, and the texts that are open by path.  Out: sources; an open text counts, and not its file on the disk.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence

from shapecheck.editor.open_text import DOCUMENTS, Beside
from shapecheck.folders import LARGEST, reader
from shapecheck.source import Source
from shapecheck.storage import read

MOST_FILES = 2000
"""Most files of a workspace that are looked through."""
ENDINGS = (".shape", *DOCUMENTS)


def beside_reader(folders: Sequence[str], opened: Callable[[], Mapping[str, str]]) -> Beside:
    """Reads the files that a text imports, from within these folders; raises as `folders.reader` does."""
    on_disk = reader(folders)

    def beside(source: Source, path: str) -> Source:
        place = os.path.normpath(os.path.join(os.path.dirname(source.name), path))
        text = opened().get(place)
        if text is not None:
            return Source(place, text, beside)
        found = on_disk(source, path)
        return Source(found.name, found.text, beside)

    return beside


def spec_paths(folders: Sequence[str]) -> Iterator[str]:
    """The specs and documents below folders, without hidden folders; at most `MOST_FILES`."""
    left = MOST_FILES
    for folder in folders:
        for place, below, files in os.walk(folder):
            below[:] = sorted(name for name in below if not name.startswith(".") and name != "node_modules")
            for name in sorted(files):
                if name.endswith(ENDINGS) and left:
                    left -= 1
                    yield os.path.join(place, name)


def file_text(path: str) -> str | None:
    """The text of a file; None where it cannot be read, or is no text."""
    try:
        data = read(path, LARGEST + 1)
        return None if len(data) > LARGEST else data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
