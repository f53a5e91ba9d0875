"""A ticket fetches once, for its own account, in time; its content is stored sealed."""

from concurrent.futures import ThreadPoolExecutor

from api.identity.one_time_links import ticket_table
from tests.fixtures.accounts import AccountsFixture

CONTENT = '{"asked": "noget ingen maa laese her"}'


def test_a_ticket_is_good_once_and_only_for_its_own_account(identity: AccountsFixture) -> None:
    tickets = identity.accounts.tickets
    item = tickets.make("acc-1", "K-1", CONTENT, civilians=())
    assert len(item.ticket) >= 43
    opened = tickets.ticket_content(item.ticket, "acc-1")
    assert opened is not None
    assert (opened.number, opened.content) == ("K-1", CONTENT)
    for ticket, account in ((item.ticket, "acc-2"), ("wrong", "acc-1"), ("\0", "acc-1")):
        assert tickets.ticket_content(ticket, account) is None
        assert not tickets.use(ticket, account)
    assert tickets.use(item.ticket, "acc-1")
    assert not tickets.use(item.ticket, "acc-1")
    assert tickets.ticket_content(item.ticket, "acc-1") is None


def test_only_one_of_concurrent_uses_of_a_ticket_succeeds(identity: AccountsFixture) -> None:
    ticket = identity.accounts.tickets.make("acc-1", "K-1", CONTENT, civilians=())
    with ThreadPoolExecutor(8) as pool:
        used = [
            pool.submit(identity.accounts.tickets.use, ticket.ticket, "acc-1") for _ in range(16)
        ]
    assert sum(item.result() for item in used) == 1


def test_a_ticket_expires_after_five_minutes_and_is_deleted_by_the_next(
    identity: AccountsFixture,
) -> None:
    tickets = identity.accounts.tickets
    ticket = tickets.make("acc-1", "K-1", CONTENT, civilians=())
    assert (ticket.ends_at - identity.clock()).total_seconds() == 300
    identity.clock.turn(seconds=299)
    assert tickets.ticket_content(ticket.ticket, "acc-1")
    identity.clock.turn(seconds=1)
    assert tickets.ticket_content(ticket.ticket, "acc-1") is None
    assert not tickets.use(ticket.ticket, "acc-1")
    tickets.make("acc-1", "K-2", CONTENT, civilians=())
    with identity.accounts.engine.connect() as connection:
        (row,) = connection.execute(ticket_table.select())
    assert row.number == "K-2"


def test_neither_ticket_nor_content_is_stored_in_the_clear(identity: AccountsFixture) -> None:
    ticket = identity.accounts.tickets.make("acc-1", "K-1", CONTENT, civilians=("jens",))
    with identity.accounts.engine.connect() as connection:
        rows = repr(list(connection.execute(ticket_table.select())))
    stored = rows.encode() + identity.stored_bytes()
    assert b"K-1" in stored
    for secret in (ticket.ticket, CONTENT, CONTENT.encode().hex()):
        assert secret.encode() not in stored


def test_a_withdrawal_ends_the_tickets_that_name_its_subject(identity: AccountsFixture) -> None:
    tickets = identity.accounts.tickets
    naming, other = (
        tickets.make("acc-1", "K-1", CONTENT, civilians=civilians)
        for civilians in (("jens", "kaj"), ("kaj",))
    )
    tickets.cancel(["jens"])
    assert tickets.ticket_content(naming.ticket, "acc-1") is None
    assert tickets.ticket_content(other.ticket, "acc-1")
