"""Files to sources, and the files that they include.

Only regular files are read, and only up to the limit of the language, so that no device, pipe or wrong path
makes the program wait or fill the memory.
"""

from __future__ import annotations

import os
import stat
from collections import deque
from pathlib import Path
from typing import Final

from eqsolve.errors import Diagnostic, EqsolveError, ParseError, SourceError
from eqsolve.language.characters import visible
from eqsolve.language.parser import parse
from eqsolve.language.syntax import DataFile, Document, Include
from eqsolve.language.tokens import TEXT_LENGTH
from eqsolve.source import Source

INCLUDE_DEPTH: Final = 16
INCLUDE_COUNT: Final = 256

_WIDE_MARKS: Final = (
    (b"\xff\xfe\0\0", "UTF-32"),
    (b"\0\0\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


def read(path: Path) -> Source:
    """Read a file.

    Raises:
        SourceError: It is missing, not a regular file, too large, or not UTF-8 text.
    """
    return read_text(read_bytes(path, TEXT_LENGTH), str(path))


def read_bytes(path: Path, limit: int) -> bytes:
    """Return the content of a regular file; one byte more than the limit of it if it is larger.

    Raises:
        SourceError: It is missing, not a regular file, or may not be read.
    """
    shown = visible(str(path))
    try:
        return _bytes(path, shown, limit)
    except FileNotFoundError:
        raise _error("no-file", f"there is no file `{shown}`") from None
    except PermissionError:
        raise _error("unreadable-file", f"`{shown}` may not be read", "change its permissions") from None
    except ValueError:  # the path holds a null character
        raise _error("no-file", f"`{shown}` is not the name of a file") from None
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise _error("unreadable-file", f"`{shown}` cannot be read: {reason}") from None


def read_text(data: bytes, name: str | None) -> Source:
    """Return the source that `data`, in UTF-8, stands for.

    Raises:
        SourceError: The text is too large, or not UTF-8 text.
    """
    if len(data) > TEXT_LENGTH:
        shown, hint = _shown(name), "split it into several files"
        raise _error("text-too-long", f"{shown} is larger than {TEXT_LENGTH // 1024**2} MiB", hint)
    return Source(decoded(data, name), name)


def decoded(data: bytes, name: str | None) -> str:
    """Return the text that `data`, in UTF-8, stands for, without a byte order mark.

    Raises:
        SourceError: It is not UTF-8 text.
    """
    shown = _shown(name)
    for mark, encoding in _WIDE_MARKS:
        if data.startswith(mark):
            raise _error("not-utf-8", f"{shown} is {encoding} text", "save it as UTF-8")
    zero = data.find(b"\0")
    if zero >= 0:
        line = data.count(b"\n", 0, zero) + 1
        raise _error("binary-file", f"{shown} is not a text: line {line} holds a null byte")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"{shown} is not UTF-8: byte 0x{data[error.start]:02X} in line {line}"
        hint = "save it as UTF-8; the text may be in latin-1 (ISO 8859-1, Windows-1252)"
        raise _error("not-utf-8", message, hint) from None
    return text.removeprefix("\ufeff")


def _shown(name: str | None) -> str:
    return "the input" if name is None else f"`{visible(name)}`"


def data_path(statement: DataFile, document: Document) -> Path:
    """Return the file that a `data` statement names, below the folder of the file that it stands in.

    Raises:
        ParseError: The statement is not from a file, or its path leads elsewhere.
    """
    path = Path(document.source.name) if document.source.name is not None else None
    folder = path.resolve().parent if path is not None and path.is_file() else None
    return _included_path(statement, folder, folder)


def resolve_includes(document: Document, folder: Path | None) -> tuple[Document, ...]:
    """Read what a document includes, and what that includes.

    Args:
        document: The top document.
        folder: Its folder, below which all included files must lie; None if it is not from a file.

    Returns:
        The document and each included one, once, in the order in which they were found.

    Raises:
        ParseError: An included file cannot be read or parsed, or lies elsewhere. Problems with the file
            point at the statement that includes it.
    """
    top = None if folder is None else folder.resolve()
    found = [document]
    seen = set() if document.source.name is None else {_resolved(Path(document.source.name))}
    diagnostics: list[Diagnostic] = []
    waiting = deque((include, top, 1) for include in _includes(document))
    while waiting:
        include, here, depth = waiting.popleft()
        try:
            path = _included_path(include, here, top)
            if path in seen:
                continue
            _check_limits(include, depth, len(found))
            seen.add(path)
            inner = parse(_read_included(include, path))
        except EqsolveError as error:
            diagnostics += error.diagnostics
            continue
        found.append(inner)
        waiting.extend((deeper, path.parent, depth + 1) for deeper in _includes(inner))
    if diagnostics:
        raise ParseError(*diagnostics)
    return tuple(found)


def _bytes(path: Path, shown: str, limit: int) -> bytes:
    """Return the content of a regular file, or its beginning if it is too large."""
    _check_regular(path.stat().st_mode, shown)
    # A pipe that took the place of the file since then must not make us wait for a writer.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        _check_regular(os.fstat(descriptor).st_mode, shown)
        return file.read(limit + 1)


def _check_regular(mode: int, shown: str) -> None:
    if stat.S_ISDIR(mode):
        raise _error("not-a-file", f"`{shown}` is a folder, not a file", "name a file in it")
    if not stat.S_ISREG(mode):
        raise _error("not-a-file", f"`{shown}` is not a regular file", "pipe it into standard input: `-`")


def _includes(document: Document) -> list[Include]:
    return [statement for statement in document.statements if isinstance(statement, Include)]


def _included_path(include: Include | DataFile, here: Path | None, top: Path | None) -> Path:
    if here is None or top is None:
        message = "only a file can name another file"
        hint = "put the equations into a file"
        hint += ", or give the data with `--data`" if isinstance(include, DataFile) else ""
        raise _refused(include, "include-without-file", message, hint)
    if not include.path.strip():
        raise _refused(include, "bad-include", "the name of the file is empty", None)
    if "://" in include.path or Path(include.path).is_absolute() or include.path.startswith(("/", "\\", "~")):
        message = f"`{visible(include.path)}` is not a path relative to this file"
        raise _refused(
            include, "bad-include", message, "only files below the folder of the first file are read"
        )
    path = _resolved(here / include.path)
    if not path.is_relative_to(top):
        message = f"`{visible(include.path)}` lies outside of the folder of the first file"
        raise _refused(include, "include-outside", message, "move it into that folder")
    return path


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # links in a circle
        return path.absolute()


def _check_limits(include: Include, depth: int, count: int) -> None:
    if depth > INCLUDE_DEPTH:
        message = f"files include each other more than {INCLUDE_DEPTH} levels deep"
        raise _refused(include, "too-many-includes", message, None)
    if count > INCLUDE_COUNT:
        message = f"more than {INCLUDE_COUNT} files are included"
        raise _refused(include, "too-many-includes", message, None)


def _read_included(include: Include, path: Path) -> Source:
    try:
        return read(path)
    except SourceError as error:
        pointed = (Diagnostic(d.code, d.message, include.span, d.hint) for d in error.diagnostics)
        raise SourceError(*pointed) from None


def _refused(include: Include | DataFile, code: str, message: str, hint: str | None) -> ParseError:
    return ParseError(Diagnostic(code, message, include.span, hint))


def _error(code: str, message: str, hint: str | None = None) -> SourceError:
    return SourceError(Diagnostic(code, message, hint=hint))
