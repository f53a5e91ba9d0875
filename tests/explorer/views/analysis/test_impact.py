"""Cells with many names: counted, and unfolded to what one can read."""

from api.schemas.entities import AreaCard, NodeName
from explorer.views.analysis.impact import municipalities_cell
from tests.wire import SAMPLE
