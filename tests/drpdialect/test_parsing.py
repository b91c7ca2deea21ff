"""Text beyond ASCII in a module: names of any language survive printing and parsing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xdsl.dialects.builtin import BytesAttr, ModuleOp, StringAttr
from xdsl.parser import Parser
from xdsl.utils.exceptions import ParseError

from drpc.drpdialect import make_context
from drpc.drpdialect.constants import make_constant
from drpc.drpdialect.parsing import DrpParser
from drpc.drpdialect.provenance import nodes_of, set_nodes
from drpc.drpdialect.weights import TensorAttr

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT)
def test_any_string_attribute_round_trips(text: str) -> None:
    attribute = StringAttr(text)
    assert DrpParser(make_context(), str(attribute)).parse_attribute() == attribute


@given(st.lists(TEXT, min_size=1, max_size=3, unique=True))
def test_any_node_name_round_trips(names: list[str]) -> None:
    constant = make_constant(np.zeros(1, np.float32))
    set_nodes(constant, names)
    module = DrpParser(make_context(), str(ModuleOp([constant]))).parse_module()
    (parsed,) = module.ops
    assert nodes_of(parsed) == tuple(names)


def test_bytes_that_are_no_text_stay_bytes() -> None:
    parsed = DrpParser(make_context(), r'"\FF\FE"').parse_attribute()
    assert parsed == BytesAttr(b"\xff\xfe")


def test_elements_that_are_no_text_keep_their_bytes() -> None:
    attribute = TensorAttr.of(np.array([b"\xff", "é"], object))
    parsed = Parser(make_context(), str(attribute)).parse_attribute()
    assert isinstance(parsed, TensorAttr)
    assert [item.encode("utf-8", "surrogateescape") for item in parsed.array] == [
        b"\xff",
        "é".encode(),
    ]


def test_what_is_no_string_is_refused() -> None:
    with pytest.raises(ParseError, match="string literal expected"):
        DrpParser(make_context(), "12").parse_str_literal()
