"""Who may sign in, with which rights? For administrators."""

from collections.abc import Iterator

from api.client.line import Spoken, at
from api.schemas.accounts import Account, Accounts, Invitation, NewAccount, NewGrant
from api.schemas.sign_in import Grant, NewToken, Token, Tokens


class Administering(Spoken):
    """Accounts, their grants and their tokens."""

    def accounts(self, *, after: str | None = None, limit: int | None = None) -> Iterator[Accounts]:
        """All accounts by login, page by page, from the one after a login on."""
        return self._line.pages("/accounts", Accounts, place="after", after=after, limit=limit)

    def account(self, account: str) -> Account:
        """One account with its grants."""
        return self._line.ask("GET", at("accounts", account), Account)

    def create_account(self, new: NewAccount) -> Invitation:
        """A new account without rights, and the code by which its owner chooses a password."""
        return self._line.make("POST", "/accounts", Invitation, body=new)

    def invite_again(self, account: str) -> Invitation:
        """A new code for somebody who has lost password or app."""
        return self._line.make("POST", at("accounts", account, "invitation"), Invitation)

    def disable_account(self, account: str) -> None:
        """Shuts an account: its sessions and tokens end at their next call."""
        self._line.do("POST", at("accounts", account, "disable"))

    def enable_account(self, account: str) -> None:
        """Opens a shut account again."""
        self._line.do("POST", at("accounts", account, "enable"))

    def give_grant(self, account: str, new: NewGrant) -> Grant:
        """Gives rights: `give_grant(id, NewGrant(role="COORDINATOR", areas={"mun-0787"}))`."""
        return self._line.make("POST", at("accounts", account, "grants"), Grant, body=new)

    def confirm_grant(self, grant: str) -> Grant:
        """A second administrator's yes."""
        return self._line.make("POST", at("grants", grant, "confirm"), Grant)

    def end_grant(self, grant: str) -> None:
        """Takes rights back."""
        self._line.do("DELETE", at("grants", grant))

    def tokens_of(self, account: str) -> Tokens:
        """The tokens of an account that still open something."""
        return self._line.ask("GET", at("accounts", account, "tokens"), Tokens)

    def make_token_for(self, account: str, asked: NewToken) -> Token:
        """A token for a program; people make their own."""
        return self._line.make("POST", at("accounts", account, "tokens"), Token, body=asked)

    def revoke_token_of(self, account: str, token: str) -> None:
        """Ends a token of anybody."""
        self._line.do("DELETE", at("accounts", account, "tokens", token))
