"""What xDSL's own tools find of ours (entry point `xdsl.universe`): dialects and passes."""

from xdsl.universe import Universe

from ..drpdialect import get_all_dialects
from ..passes import get_all_passes

DRP_UNIVERSE = Universe(all_dialects=get_all_dialects(), all_passes=get_all_passes())
"""Our dialects and passes, so that `xdsl-opt` and `xdsl-gui` know them."""
