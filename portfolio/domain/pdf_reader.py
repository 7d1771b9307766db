"""Reads one PDF from standard input in a process of its own and says what it found.

Run by `portfolio.domain.file_proofs`, by path, and imports nothing of the project. The parser is native code
that a malicious file can crash or make swallow all memory (mutated files did both in tests); here that ends
this process and nothing else.

Writes the traits found, separated by spaces: `page`, `script`, `launch`, `file` (embedded), `mended` (legible
only after repair), `locked` (needs a password). Exits with `UNREADABLE` when it is not a sound PDF.
"""

import io
import resource
import sys
from collections.abc import Iterator

import pikepdf

UNREADABLE = 3

_MEMORY_BYTES = 1024**3
_COMPUTING_SECONDS = 8
_TAIL_BYTES = 1024
# Where actions and attachments cannot hang, however large these branches are.
_HARMLESS_BRANCHES = frozenset({"/Parent", "/StructTreeRoot", "/Resources", "/Contents", "/AP", "/Dests"})

_PdfDictionary = pikepdf.Dictionary | pikepdf.Stream
_DICTIONARY = (pikepdf.Dictionary, pikepdf.Stream)
_CONTAINER = (*_DICTIONARY, pikepdf.Array)


def main() -> int:
    """Limit this process, read standard input, write the traits; the exit status."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_COMPUTING_SECONDS, _COMPUTING_SECONDS))
    try:
        found = traits(sys.stdin.buffer.read())
    except Exception:  # hostile content makes parsers raise anything
        return UNREADABLE
    sys.stdout.write(" ".join(sorted(found)))
    return 0


def traits(content: bytes) -> set[str]:
    """What the PDF is like; raises whatever the parser does when it cannot be read."""
    try:
        return _read(content, recover=False)
    except pikepdf.PasswordError:
        return {"locked"}
    except pikepdf.PdfError:
        # Many programs write a slightly wrong table of contents that every reader mends; but mending a file
        # that was cut short would lose pages without a word.
        if b"%%EOF" not in content[-_TAIL_BYTES:]:
            raise
        return _read(content, recover=True) | {"mended"}


def _read(content: bytes, *, recover: bool) -> set[str]:
    found: set[str] = set()
    with pikepdf.open(io.BytesIO(content), attempt_recovery=recover) as document:
        for node in _dictionaries(document.Root):
            found |= _node_traits(node)
    return found


def _dictionaries(root: pikepdf.Object) -> Iterator[_PdfDictionary]:
    """Every dictionary a reader could come across from the document's root, each once."""
    waiting = [root]
    seen: set[tuple[int, int]] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, _DICTIONARY):
            yield node
        for child in _children(node):
            if isinstance(child, _CONTAINER) and child.objgen not in seen:
                waiting.append(child)
                if child.is_indirect:
                    seen.add(child.objgen)


def _children(node: pikepdf.Object) -> Iterator[object]:
    if isinstance(node, pikepdf.Array):
        return iter(node)
    return (node[key] for key in node.keys() - _HARMLESS_BRANCHES)


def _node_traits(node: _PdfDictionary) -> set[str]:
    action = node.get("/S")
    present = {
        "page": node.get("/Type") == "/Page",
        "script": action == "/JavaScript" or "/JS" in node,
        "launch": action == "/Launch",
        "file": "/EF" in node,
    }
    return {trait for trait, is_there in present.items() if is_there}


if __name__ == "__main__":
    sys.exit(main())
