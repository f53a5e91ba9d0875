"""Contact requests to door openers: one open per account and civilian, kept thirty days at most."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update

from api.errors import Refusal
from api.identity.contact_requests import (
    RETENTION,
    ContactRequests,
    ContactRequestState,
    StoredContactRequest,
    request_table,
)
from api.sql import open_file, read_connection, write_connection


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


def age_requests(engine: Engine, age: timedelta) -> None:
    with write_connection(engine) as connection:
        connection.execute(update(request_table).values(made_at=datetime.now(UTC) - age))


def stored_count(engine: Engine) -> int:
    with read_connection(engine) as connection:
        return connection.scalar(select(func.count()).select_from(request_table)) or 0


def test_a_contact_request_is_deleted_after_thirty_days(engine: Engine) -> None:
    requests = ContactRequests(engine)
    ask(requests)
    age_requests(engine, RETENTION - timedelta(days=1))
    assert len(requests.made_by("acc-1")) == len(requests.received_by(["outreach"])) == 1
    age_requests(engine, RETENTION)
    assert requests.received_by(["outreach"]) == ()
    assert stored_count(engine) == 0


def test_expired_contact_requests_are_deleted_at_start(engine: Engine) -> None:
    ask(ContactRequests(engine))
    age_requests(engine, RETENTION)
    ContactRequests(engine)
    assert stored_count(engine) == 0


def test_concurrent_contact_requests_create_only_one(engine: Engine) -> None:
    requests = ContactRequests(engine)

    def ask_once(number: int) -> str:
        try:
            return ask(requests, key=f"key-{number}").id
        except Refusal as refused:
            return str(refused.members["id"])

    with ThreadPoolExecutor(6) as pool:
        answers = {
            item.result() for item in [pool.submit(ask_once, number) for number in range(12)]
        }
    assert len(answers) == stored_count(engine) == 1


def test_the_same_key_of_another_account_makes_another_contact_request(engine: Engine) -> None:
    requests = ContactRequests(engine)
    assert ask(requests).id != ask(requests, account="acc-2").id
    assert ask(requests).id == requests.made_by("acc-1")[0].id


def test_a_new_contact_request_replaces_an_open_one_until_it_is_passed_on(
    engine: Engine,
) -> None:
    requests = ContactRequests(engine)
    ask(requests)
    with pytest.raises(Refusal, match=r"^key-reused$"):
        ask(requests, opener="intake")
    second = ask(requests, key="k-2", opener="intake")
    assert requests.made_by("acc-1") == (second,)
    assert requests.received_by(["outreach"]) == ()
    requests.answer(second.id, ["intake"], ContactRequestState.PASSED_ON)
    with pytest.raises(Refusal, match=r"^duplicate$"):
        ask(requests, key="k-3")
    assert len(requests.received_by(["intake"])) == stored_count(engine) == 1


def test_a_contact_request_is_answered_once_and_only_by_its_own_post(engine: Engine) -> None:
    requests = ContactRequests(engine)
    answer = ask(requests)
    assert requests.answer(answer.id, ["ssp-post"], ContactRequestState.YES) is None
    assert requests.answer(answer.id, [], ContactRequestState.YES) is None
    assert requests.answer("\0", ["outreach"], ContactRequestState.YES) is None
    answered = requests.answer(answer.id, ["outreach"], ContactRequestState.YES)
    assert answered is not None
    assert not answered.is_open
    assert requests.answer(answer.id, ["outreach"], ContactRequestState.NO) is None


def test_cancelling_a_contact_detail_deletes_the_requests_that_name_it(engine: Engine) -> None:
    requests = ContactRequests(engine)
    ask(requests)
    requests.cancel(["somebody"])
    assert stored_count(engine) == 1
    requests.cancel(["phone-bo"])
    assert stored_count(engine) == 0
