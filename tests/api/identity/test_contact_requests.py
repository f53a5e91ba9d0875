"""Contact requests to door openers: one open per account and civilian, kept thirty days at most."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update

from api.errors import Refused
from api.identity.contact_requests import (
    KEPT,
    ContactRequests,
    ContactRequestState,
    StoredContactRequest,
    request_table,
)
from api.sql import open_file, reading, writing


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_file(tmp_path / "accounts" / "accounts.sqlite")
    yield engine
    engine.dispose()


def ask(
    requests: ContactRequests, account: str = "acc-1", key: str = "k", opener: str = "outreach"
) -> StoredContactRequest:
    return requests.ask(
        account, individual="jens", opener=opener, purpose="CONCERN", detail="phone-bo", key=key
    )


def grown_old(engine: Engine, age: timedelta) -> None:
    with writing(engine) as connection:
        connection.execute(update(request_table).values(made_at=datetime.now(UTC) - age))


def stored_count(engine: Engine) -> int:
    with reading(engine) as connection:
        return connection.scalar(select(func.count()).select_from(request_table)) or 0


def test_an_asking_is_gone_after_thirty_days_and_there_the_day_before(engine: Engine) -> None:
    requests = ContactRequests(engine)
    ask(requests)
    grown_old(engine, KEPT - timedelta(days=1))
    assert len(requests.made_by("acc-1")) == len(requests.received_by(["outreach"])) == 1
    grown_old(engine, KEPT)
    assert requests.received_by(["outreach"]) == ()
    assert stored_count(engine) == 0


def test_what_is_too_old_is_dropped_at_the_next_start(engine: Engine) -> None:
    ask(ContactRequests(engine))
    grown_old(engine, KEPT)
    ContactRequests(engine)
    assert stored_count(engine) == 0


def test_of_many_at_once_one_asks(engine: Engine) -> None:
    requests = ContactRequests(engine)

    def ask_once(number: int) -> str:
        try:
            return ask(requests, key=f"key-{number}").id
        except Refused as refused:
            return str(refused.members["id"])

    with ThreadPoolExecutor(6) as pool:
        answers = {
            item.result() for item in [pool.submit(ask_once, number) for number in range(12)]
        }
    assert len(answers) == stored_count(engine) == 1


def test_the_same_key_of_another_account_is_another_asking(engine: Engine) -> None:
    requests = ContactRequests(engine)
    assert ask(requests).id != ask(requests, account="acc-2").id
    assert ask(requests).id == requests.made_by("acc-1")[0].id


def test_another_door_opener_is_asked_instead_until_the_first_has_passed_it_on(
    engine: Engine,
) -> None:
    requests = ContactRequests(engine)
    ask(requests)
    with pytest.raises(Refused, match=r"^key-reused$"):
        ask(requests, opener="intake")
    second = ask(requests, key="k-2", opener="intake")
    assert requests.made_by("acc-1") == (second,)
    assert requests.received_by(["outreach"]) == ()
    requests.answer(second.id, ["intake"], ContactRequestState.PASSED_ON)
    with pytest.raises(Refused, match=r"^duplicate$"):
        ask(requests, key="k-3")
    assert len(requests.received_by(["intake"])) == stored_count(engine) == 1


def test_an_answered_asking_is_not_answered_again_nor_by_another_post(engine: Engine) -> None:
    requests = ContactRequests(engine)
    answer = ask(requests)
    assert requests.answer(answer.id, ["ssp-post"], ContactRequestState.YES) is None
    assert requests.answer(answer.id, [], ContactRequestState.YES) is None
    assert requests.answer("\0", ["outreach"], ContactRequestState.YES) is None
    answered = requests.answer(answer.id, ["outreach"], ContactRequestState.YES)
    assert answered is not None
    assert not answered.is_open
    assert requests.answer(answer.id, ["outreach"], ContactRequestState.NO) is None


def test_whom_it_names_takes_an_asking_away(engine: Engine) -> None:
    requests = ContactRequests(engine)
    ask(requests)
    requests.cancel(["somebody"])
    assert stored_count(engine) == 1
    requests.cancel(["phone-bo"])
    assert stored_count(engine) == 0
