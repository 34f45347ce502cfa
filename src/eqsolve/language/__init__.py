"""Text to syntax tree and back.

The grammar is our own and stands at the top of `parser`; nothing is ever evaluated, and neither sympy nor
torch is imported here.
"""

from eqsolve.language.parser import parse, parse_expression
from eqsolve.language.printer import unparse
from eqsolve.language.reader import data_path, decoded, read, read_bytes, read_text, resolve_includes
from eqsolve.language.syntax import Document

__all__ = [
    "Document",
    "data_path",
    "decoded",
    "parse",
    "parse_expression",
    "read",
    "read_bytes",
    "read_text",
    "resolve_includes",
    "unparse",
]
