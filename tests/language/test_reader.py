"""Which files are read, and which are refused without waiting or filling the memory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from eqsolve.errors import Diagnostic, EqsolveError, ParseError, SourceError
from eqsolve.language import parse, read, read_text, resolve_includes
from eqsolve.language.reader import INCLUDE_COUNT, INCLUDE_DEPTH
from eqsolve.language.tokens import TEXT_LENGTH
from eqsolve.source import Source


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> Diagnostic:
    with pytest.raises(SourceError) as caught:
        read(path)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


def included(path: Path) -> list[str]:
    """Return the names of the files that make one problem with `path`."""
    documents = resolve_includes(parse(read(path)), path.parent)
    return [Path(document.source.name or "").name for document in documents]


def include_errors(path: Path) -> list[tuple[str, str | None, int | None]]:
    with pytest.raises(EqsolveError) as caught:
        resolve_includes(parse(read(path)), path.parent)
    return [
        (d.code, Path(d.span.source.name or "").name if d.span else None, d.span.line if d.span else None)
        for d in caught.value.diagnostics
    ]


def test_a_file_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "é.eqs", "x² = 2\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read(path) == Source("x² = 2\r\n", str(path))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.eqs").code == "no-file"
    assert refusal(tmp_path / "no\0.eqs").code == "no-file"
    assert refusal(tmp_path / ("long" * 1000)).code == "unreadable-file"


def test_control_characters_in_a_path_are_shown_escaped(tmp_path: Path) -> None:
    assert "\x1b" not in refusal(tmp_path / "a\x1b[31m.eqs").message
    assert "<U+001B>" in refusal(tmp_path / "a\x1b[31m.eqs").message


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path).code == "not-a-file"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_and_a_device_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path / "pipe").code == "not-a-file"
    assert refusal(Path("/dev/zero")).code == "not-a-file"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "secret.eqs", "x = 1")
    path.chmod(0)
    assert refusal(path).code == "unreadable-file"


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        ("x = 1".encode("utf-16"), "not-utf-8", "UTF-16"),
        ("x = 1".encode("utf-32"), "not-utf-8", "UTF-32"),
        (b"x = 1\n\xe9 = 2", "not-utf-8", "byte 0xE9 in line 2"),
        (b"x = 1\n\0", "binary-file", "line 2"),
        (b"x" * (TEXT_LENGTH + 1), "text-too-long", "16 MiB"),
    ],
    ids=["utf-16", "utf-32", "latin-1", "null", "large"],
)
def test_what_is_not_text_is_refused(data: bytes, code: str, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_text(data, None)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == code
    assert said in diagnostic.message


def test_a_large_file_is_refused_without_reading_all(tmp_path: Path) -> None:
    path = tmp_path / "large.eqs"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # a hole: takes no space
    assert refusal(path).code == "text-too-long"


def test_included_files_are_read_once_each(tmp_path: Path) -> None:
    top = write(tmp_path / "top.eqs", 'include "a.eqs"\ninclude "sub/b.eqs"\ninclude "./a.eqs"\nx = 1')
    write(tmp_path / "a.eqs", 'include "sub/b.eqs"\na = 1')
    write(tmp_path / "sub/b.eqs", 'include "c.eqs"; b = 1')
    write(tmp_path / "sub/c.eqs", 'include "../a.eqs"; c = 1')
    assert included(top) == ["top.eqs", "a.eqs", "b.eqs", "c.eqs"]


def test_files_may_include_each_other(tmp_path: Path) -> None:
    top = write(tmp_path / "top.eqs", 'include "a.eqs"; include "top.eqs"')
    write(tmp_path / "a.eqs", 'include "top.eqs"')
    assert included(top) == ["top.eqs", "a.eqs"]


def test_a_file_without_includes_stands_alone(tmp_path: Path) -> None:
    assert included(write(tmp_path / "top.eqs", "x = 1")) == ["top.eqs"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("no.eqs", "no-file"),
        (".", "not-a-file"),
        ("", "bad-include"),
        ("/etc/hosts", "bad-include"),
        ("~/a.eqs", "bad-include"),
        ("https://example.org/a.eqs", "bad-include"),
        ("../outside.eqs", "include-outside"),
        ("link.eqs", "include-outside"),
    ],
)
def test_a_wrong_include_is_refused_where_it_stands(tmp_path: Path, written: str, code: str) -> None:
    write(tmp_path / "outside.eqs", "y = 1")
    top = write(tmp_path / "in/top.eqs", f'x = 1\ninclude "{written}"')
    (tmp_path / "in/link.eqs").symlink_to(tmp_path / "outside.eqs")
    assert include_errors(top) == [(code, "top.eqs", 2)]


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.eqs").symlink_to(tmp_path / "b.eqs")
    (tmp_path / "b.eqs").symlink_to(tmp_path / "a.eqs")
    top = write(tmp_path / "top.eqs", 'include "a.eqs"')
    assert [(name, line) for _, name, line in include_errors(top)] == [("top.eqs", 1)]


def test_a_mistake_in_an_included_file_is_shown_there(tmp_path: Path) -> None:
    top = write(tmp_path / "top.eqs", 'include "a.eqs"\ninclude "b.eqs"')
    write(tmp_path / "a.eqs", "\n\nx = ")
    assert include_errors(top) == [("expected", "a.eqs", 3), ("no-file", "top.eqs", 2)]


def test_only_a_file_includes_files() -> None:
    with pytest.raises(ParseError) as caught:
        resolve_includes(parse(Source('include "a.eqs"')), None)
    assert [diagnostic.code for diagnostic in caught.value.diagnostics] == ["include-without-file"]


def test_the_depth_and_the_number_of_includes_are_limited(tmp_path: Path) -> None:
    for level in range(INCLUDE_DEPTH + 2):
        write(tmp_path / f"{level}.eqs", f'include "{level + 1}.eqs"')
    assert include_errors(tmp_path / "0.eqs")[-1][0] == "too-many-includes"
    for number in range(INCLUDE_COUNT + 1):
        write(tmp_path / f"n{number}.eqs", "")
    lines = (f'include "n{number}.eqs"' for number in range(INCLUDE_COUNT + 1))
    assert include_errors(write(tmp_path / "top.eqs", "\n".join(lines)))[-1][0] == "too-many-includes"
