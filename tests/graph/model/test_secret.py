import copy
import json
import pickle
from collections.abc import Callable

import pytest

from graph.model import Secret
from graph.model.base import hint
from graph.vocabulary import Channel

CLEAR = "+45 05 12 34 78"


def test_a_secret_is_uncovered_on_purpose_only() -> None:
    assert Secret(CLEAR).uncover() == CLEAR


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{!r}".format, "{0!s}".format])
def test_a_secret_shows_nothing(show: Callable[[Secret], str]) -> None:
    assert show(Secret(CLEAR)) == "<Secret>"


@pytest.mark.parametrize("carry", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps, vars])
def test_a_secret_is_neither_pickled_nor_copied_nor_put_into_json(
    carry: Callable[[Secret], object],
) -> None:
    with pytest.raises(TypeError):
        carry(Secret(CLEAR))


@pytest.mark.parametrize(
    ("channel", "value", "shown"),
    [
        (Channel.MOBILE, CLEAR, "+45 •• •• •• 78"),
        (Channel.PHONE, "0045 05123478", "+45 •• •• •• 78"),
        (Channel.PHONE, "05123478", "+45 •• •• •• 78"),
        (Channel.PHONE, "+46 8 123 456 78", "+•• •• •• •• 78"),
        (Channel.PHONE, "+46 70 123 45 67", "+•• •• •• •• 67"),
        (Channel.EMERGENCY, "112", "•••••"),
        (Channel.EMAIL, "bo12345678@kystby.example", "•••••"),
        (Channel.VISIT, "Nørregade 12345678", "•••••"),
    ],
)
def test_a_hint_shows_the_last_two_digits_of_a_number_and_nothing_else(
    channel: Channel, value: str, shown: str
) -> None:
    assert hint(channel, value) == shown
