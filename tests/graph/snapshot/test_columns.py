import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.snapshot.columns import distinct


@given(st.lists(st.integers(-(2**62), 2**62)))
def test_distinct_equals_numpy_unique_and_leaves_its_input_unchanged(values: list[int]) -> None:
    given_values = np.array(values, np.int64)
    assert distinct(given_values).tolist() == np.unique(given_values).tolist()
    assert given_values.tolist() == values  # the input is unchanged
