import copy
import json
import pickle

import pytest

from graph.model import Secret
from graph.model.base import hint
from graph.vocabulary import Channel

CLEAR = "+45 05 12 34 78"


def test_a_secret_is_uncovered_on_purpose_only() -> None:
    secret = Secret(CLEAR)
    assert secret.uncover() == CLEAR
    assert {repr(secret), str(secret), f"{secret}"} == {"<Secret>"}


def test_a_secret_is_neither_pickled_nor_copied_nor_put_into_json() -> None:
    for carry in (pickle.dumps, copy.copy, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError):
            carry(Secret(CLEAR))


@pytest.mark.parametrize(
    ("channel", "value", "shown"),
    [
        (Channel.MOBILE, CLEAR, "+45 •• •• •• 78"),
        (Channel.PHONE, "0045 05123478", "+45 •• •• •• 78"),
        (Channel.PHONE, "05123478", "+45 •• •• •• 78"),
        (Channel.PHONE, "+46 8 123 456 78", "+•• •• •• •• 78"),
        (Channel.EMERGENCY, "112", "•••••"),
        (Channel.EMAIL, "bo12345678@kystby.example", "•••••"),
    ],
)
def test_a_hint_shows_the_last_two_digits_of_a_number_and_nothing_else(
    channel: Channel, value: str, shown: str
) -> None:
    assert hint(channel, value) == shown
