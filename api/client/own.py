"""How do I come in, what may I do, and what are my proofs?"""

from pydantic import SecretStr

from api.client.transport import ApiSection, at
from api.schemas.sign_in import (
    ChangedPassword,
    Code,
    DayBudgets,
    Enrolled,
    Me,
    NewToken,
    Proof,
    Redeemed,
    Session,
    SetUp,
    SignIn,
    Token,
    Tokens,
)


class Own(ApiSection):
    """Signing in and out, and one's own account."""

    def set_up(self, asked: SetUp) -> Enrolled:
        """The first administrator, with the code that Kontaktvej printed when it was started."""
        return self._line.post_once("POST", "/setup", Enrolled, body=asked)

    def redeem_invitation(self, asked: Redeemed) -> Enrolled:
        """Takes up an invitation: choose a password; the answer may hold the secret of an app."""
        return self._line.post_once("POST", "/invitations/redeem", Enrolled, body=asked)

    def sign_in(self, login: str, password: str, totp: str | None = None) -> Session:
        """Opens a session, as which everything is asked from now on.

        Raises: NotSignedIn: wrong, locked, disabled or unknown; nobody is told which.
        """
        proof = SignIn(
            login=login,
            password=SecretStr(password),
            totp=None if totp is None else SecretStr(totp),
        )
        return self._borne(self._line.post_once("POST", "/sessions", Session, body=proof))

    def sign_in_by_token(self, access_token: str) -> Session:
        """The same with the access token of an issuer. Raises: as `sign_in`."""
        self._line.set_token(access_token)
        return self._borne(self._line.post_once("POST", "/sessions", Session))

    def sign_out(self) -> None:
        """Ends the session."""
        self._line.send("DELETE", "/sessions/current")
        self._line.set_token(None)

    def me(self) -> Me:
        """My account, and for every task whether I may do it, or why not."""
        return self._line.ask("GET", "/me", Me)

    def budgets(self) -> DayBudgets:
        """How many contact details I may be shown today, and how many I have been."""
        return self._line.ask("GET", "/me/budgets", DayBudgets)

    def change_password(self, asked: ChangedPassword) -> None:
        """Changes my password, signs me out everywhere, and ends my tokens."""
        self._line.send("POST", "/me/password", body=asked)

    def begin_second_factor(self, asked: Proof) -> Enrolled:
        """The secret for an app that makes codes; it counts once it is confirmed. Whoever has an
        app already proves it by a code: `Proof(password=…, totp=…)`.
        """
        return self._line.post_once("POST", "/me/second-factor", Enrolled, body=asked)

    def confirm_second_factor(self, asked: Code) -> None:
        """From now on sign-in asks for a code."""
        self._line.send("POST", "/me/second-factor/confirm", body=asked)

    def tokens(self) -> Tokens:
        """My tokens that still open something."""
        return self._line.ask("GET", "/me/tokens", Tokens)

    def make_token(self, asked: NewToken) -> Token:
        """A token for a program: `NewToken(label="notebook", scopes={"QUESTION"}, days=30)`."""
        return self._line.post_once("POST", "/me/tokens", Token, body=asked)

    def revoke_token(self, token: str) -> None:
        """Ends a token of mine; its next call is refused."""
        self._line.send("DELETE", at("me", "tokens", token))

    def _borne(self, session: Session) -> Session:
        self._line.set_token(session.token)
        return session
