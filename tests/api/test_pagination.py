"""Page tokens: they hold the end of a page, and other texts are refused."""

from base64 import urlsafe_b64encode

import pytest

from api.errors import Refusal
from api.pagination import place_in, text_in, token_of


@pytest.mark.parametrize("key", ["bo", "2027-01-01|1|MEMBER_OF|ENDED|å", ""])
def test_a_page_token_round_trips_its_key(key: str) -> None:
    assert text_in(token_of(key)) == key


def test_a_place_token_round_trips_a_number_and_an_id() -> None:
    assert place_in(token_of(17, "bo")) == (17, "bo")
    assert place_in(None) is None
    assert text_in(None) == ""
    assert token_of(None) is None


@pytest.mark.parametrize(
    "token", ["x", "%%%", "æøå", token_of("bo", "bo"), token_of(17, 17), token_of(17),
              urlsafe_b64encode(b'{"a":1}').decode(), urlsafe_b64encode(b"\xff\xfe").decode(),
              urlsafe_b64encode(b"[true,\"a\"]").decode(), urlsafe_b64encode(b"[" * 200).decode(),
              urlsafe_b64encode(b'["\\ud800"]').decode(),
              urlsafe_b64encode(b'[1,"\\ud800"]').decode(),
              token_of(-1, "a"), token_of(2**53, "a")],
)  # fmt: skip
def test_an_invalid_page_token_is_refused_as_malformed(token: str) -> None:
    for read in (text_in, place_in):
        with pytest.raises(Refusal, match=r"^malformed$"):
            read(token)
