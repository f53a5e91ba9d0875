"""Who may sign in, with which rights? For administrators."""

from collections.abc import Iterator

from api.client.transport import ApiSection, at
from api.schemas.accounts import (
    Account,
    AccountChange,
    AccountChanges,
    Accounts,
    NewAccount,
    NewGrant,
)
from api.schemas.sign_in import Tokens


class Administering(ApiSection):
    """Accounts, their grants and their tokens."""

    def accounts(self, *, after: str | None = None, limit: int | None = None) -> Iterator[Accounts]:
        """All accounts by login, page by page, from the one after a login on."""
        return self._line.pages("/accounts", Accounts, place="after", after=after, limit=limit)

    def account(self, account: str) -> Account:
        """One account with its grants."""
        return self._line.ask("GET", at("accounts", account), Account)

    def create_account(self, new: NewAccount) -> Account:
        """A new account without rights; its owner's code is printed on the host."""
        return self._line.post_once("POST", "/accounts", Account, body=new)

    def disable_account(self, account: str) -> AccountChange:
        """Shuts an account: its sessions and tokens end at their next call."""
        return self._line.post_once("POST", at("accounts", account, "disable"), AccountChange)

    def enable_account(self, account: str) -> AccountChange:
        """Opens a shut account again."""
        return self._line.post_once("POST", at("accounts", account, "enable"), AccountChange)

    def forget_second_factor(self, account: str) -> AccountChange:
        """For whoever has lost their app: the password alone signs in until they have a new one."""
        place = at("accounts", account, "second-factor", "forget")
        return self._line.post_once("POST", place, AccountChange)

    def give_grant(self, account: str, new: NewGrant) -> AccountChange:
        """Gives rights: `give_grant(id, NewGrant(role="COORDINATOR", areas={"mun-0787"}))`."""
        return self._line.post_once(
            "POST", at("accounts", account, "grants"), AccountChange, body=new
        )

    def end_grant(self, grant: str) -> AccountChange:
        """Takes rights back."""
        return self._line.post_once("DELETE", at("grants", grant), AccountChange)

    def account_changes(self) -> AccountChanges:
        """What waits for a second yes, and what was decided lately."""
        return self._line.ask("GET", "/account-changes", AccountChanges)

    def confirm_account_change(self, change: str) -> AccountChange:
        """The second yes, of another administrator or the data protection officer."""
        return self._line.post_once("POST", at("account-changes", change, "confirm"), AccountChange)

    def refuse_account_change(self, change: str) -> AccountChange:
        """A no: nothing is done."""
        return self._line.post_once("POST", at("account-changes", change, "refuse"), AccountChange)

    def tokens_of(self, account: str) -> Tokens:
        """The tokens of an account that still open something."""
        return self._line.ask("GET", at("accounts", account, "tokens"), Tokens)

    def revoke_token_of(self, account: str, token: str) -> None:
        """Ends a token of anybody."""
        self._line.send("DELETE", at("accounts", account, "tokens", token))
