"""Single characters: which make names, which are refused, and what to say about them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

HARMFUL: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What may not even stand in a comment: controls, and marks that change the order or breaks of lines."""

_INVISIBLE: Final = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
_LETTERS: Final = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo"))
_MARKS: Final = frozenset(("Mn", "Mc"))
_SUBSCRIPTS: Final = "₀₁₂₃₄₅₆₇₈₉"
_CONTROL_NAMES: Final[Mapping[str, str]] = {
    "\0": "NULL",
    "\x08": "BACKSPACE",
    "\x1b": "ESCAPE",
    "\x7f": "DELETE",
}

_HINTS: Final[Mapping[str, str]] = {
    "!": "a factorial is `gamma(n + 1)`; not equal is `!=`",
    "'": 'text stands in `"`; a derivative needs a name of its own, such as `dx`',
    "`": 'text stands in `"`',
    "$": "names are letters, digits and `_`",
    "&": "inside `if(...)` write `and`",
    "@": "a product is `*`",
    "\\": "a quotient is `/`; commands such as `\\frac` are not read",
    "?": "names are letters, digits and `_`",
    "_": "a name begins with a letter",
    ".": "a decimal point needs a digit beside it; a range is `a..b`",
    "…": "a range is `a..b`",
    "–": "write the minus `-`",
    "—": "write the minus `-`",
    "‐": "write the minus `-`",
    "‑": "write the minus `-`",
    "∕": "write `/`",
    "⁄": "write `/`",
    "∗": "write `*`",
    "∙": "write `*`",
    "•": "write `*`",
    "⨯": "write `*`",
    "≈": "an equation is `=`",
    "≃": "an equation is `=`",
    "≅": "an equation is `=`",
    "≡": "an equation is `=`",
    "≔": "write `:=`",
    "∈": "write `in`",
    "∧": "inside `if(...)` write `and`",
    "∨": "inside `if(...)` write `or`",
    "¬": "inside `if(...)` write `not`",
    "∜": "write `root(x, 4)`",
    "°": "convert degrees with `*pi/180`",
    "′": "a derivative needs a name of its own, such as `dx`",
    "″": "a derivative needs a name of its own, such as `dx`",
    "∂": "derivatives are not part of the language",
    "∫": "integrals are not part of the language",
    "∑": "write the sum out with `+`",
    "∏": "write the product out with `*`",
    **dict.fromkeys("“”„‟«»‘’‚‛‹›", 'text stands in plain quotes `"`'),
}


def starts_name(character: str) -> bool:
    """Tell whether a name can begin with `character`; superscript and subscript letters cannot begin one."""
    return unicodedata.category(character) in _LETTERS and not _is_raised(character, "<super>", "<sub>")


def name_end(text: str, start: int) -> int:
    """Return the end of the longest run of characters of names from `start`."""
    position = start
    while position < len(text) and _continues_name(text[position]):
        position += 1
    return position


def is_name(text: str) -> bool:
    """Tell whether all of `text`, already normalised, is one name without a dot."""
    return bool(text) and starts_name(text[0]) and name_end(text, 0) == len(text)


def refusal(character: str) -> tuple[str, str, str | None]:
    """Say why `character` has no meaning, as code, message and hint."""
    category = unicodedata.category(character)
    if category in _INVISIBLE or _is_variation_selector(character):
        message = f"the invisible character {code_point(character)} is not allowed"
        return "invisible-character", message, "delete it"
    return "bad-character", f"`{character}` has no meaning here", _hint(character, category)


def code_point(character: str) -> str:
    """Return number and name of a character: `U+202E RIGHT-TO-LEFT OVERRIDE`."""
    name = unicodedata.name(character, "") or _CONTROL_NAMES.get(character, "")
    return f"U+{ord(character):04X} {name}".rstrip()


def visible(text: str) -> str:
    """Return `text` with everything that does not print shown as its code point."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)


def shortened(text: str, width: int = 40) -> str:
    """Return `text` fit for a message: visible, and not longer than `width`."""
    return visible(text if len(text) <= width else text[: width - 1] + "…")


def _hint(character: str, category: str) -> str | None:
    if character in _HINTS:
        return _HINTS[character]
    plain = unicodedata.normalize("NFKC", character)
    if "⁄" in plain:
        return f"write `({plain.replace('⁄', '/')})`"
    if _is_raised(character, "<super>"):
        return f"write a power as `^{plain}`"
    if category[0] == "N":
        return f"digits are 0 to 9: write `{plain}`" if plain.isascii() else "digits are 0 to 9"
    if plain != character and plain.isascii() and plain.isprintable():
        return f"write `{plain.strip()}`"
    return None


def _continues_name(character: str) -> bool:
    if character.isascii():
        return character.isalnum() or character == "_"
    category = unicodedata.category(character)
    if category in _LETTERS:
        return not _is_raised(character, "<super>")
    return character in _SUBSCRIPTS or (category in _MARKS and not _is_variation_selector(character))


def _is_raised(character: str, *forms: str) -> bool:
    return not character.isascii() and unicodedata.decomposition(character).startswith(forms)


def _is_variation_selector(character: str) -> bool:
    return (
        "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
        or (character in "\u034f\u180b\u180c\u180d\u180f")
    )
