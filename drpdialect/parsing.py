"""Reading MLIR text: xDSL's parser, with text beyond ASCII.

xDSL prints the string attribute "é" as `"\\C3\\A9"` and reads that back as bytes, another attribute.
Names in models may be of any language, so here a string literal that is UTF-8 is text.
"""

from xdsl.parser import Parser
from xdsl.utils.mlir_lexer import MLIRTokenKind, StringLiteral


class DrpParser(Parser):
    """A parser for which every string literal in UTF-8 is text."""

    def parse_optional_str_literal(self) -> str | None:
        text = super().parse_optional_str_literal()
        if text is not None or self._current_token.kind is not MLIRTokenKind.BYTES_LIT:
            return text
        literal = StringLiteral.from_span(self._current_token.span)
        try:
            text = literal.bytes_contents.decode()
        except UnicodeDecodeError:
            return None
        self._consume_token(MLIRTokenKind.BYTES_LIT)
        return text
