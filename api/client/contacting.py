"""May I have this number, or must somebody ask for me? And what did they agree to?"""

from collections.abc import Iterator
from datetime import date

from api.client.transport import ApiSection, at
from api.schemas.consents import AskedRenewal, Receipts, Renewed, WithdrawalLink, Withdrawn
from api.schemas.reveal import (
    AskedContact,
    AskedReveal,
    AskedState,
    ContactRequest,
    ContactRequests,
    Revealed,
    RevealedDetails,
)


class Contacting(ApiSection):
    """Contact details, askings through a door opener, and consents."""

    def reveal_detail(self, asked: AskedReveal) -> Revealed:
        """One detail in clear: `AskedReveal(detail=…, channel="MOBILE", purpose="CONCERN")`.

        Raises: TooMany: the day's number is used; Conflict: ask the door opener that it names.
        """
        return self._line.post_once("POST", "/reveal", Revealed, body=asked)

    def reveal_details(self, asked: AskedReveal) -> RevealedDetails:
        """Several in clear, all or none: `AskedReveal(details=(AskedDetail(…), …), purpose=…)`.

        Raises: as `reveal_detail`; the member `pointer` of the problem names the one it is about.
        """
        return self._line.post_once("POST", "/reveal", RevealedDetails, body=asked)

    def ask_for_contact(self, asked: AskedContact, *, key: str | None = None) -> ContactRequest:
        """Asks a civilian's door opener to pass on that I want to be called back."""
        return self._line.change(
            "POST", "/contact-requests", ContactRequest, body=asked, key=key
        ).thing

    def contact_requests(self) -> ContactRequests:
        """What I have asked for, and what my posts are to pass on."""
        return self._line.ask("GET", "/contact-requests", ContactRequests)

    def answer_contact_request(self, request_id: str, asked: AskedState) -> ContactRequest:
        """Says what became of an asking to a post of mine."""
        path = at("contact-requests", request_id, "state")
        return self._line.post_once("POST", path, ContactRequest, body=asked)

    def consents(
        self,
        *,
        ends_before: date | None = None,
        on: date | None = None,
        page: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Receipts]:
        """The receipts that end before a date, page by page, the first to end first."""
        return self._line.pages(
            "/consents", Receipts, ends_before=ends_before, on=on, page=page, limit=limit
        )

    def withdraw_consent(self, consent_id: str) -> Withdrawn:
        """Takes a consent back for whoever gave it; it holds at once, everywhere."""
        return self._line.post_once("POST", at("consents", consent_id, "withdraw"), Withdrawn)

    def renew_consent(
        self, consent_id: str, asked: AskedRenewal, *, key: str | None = None
    ) -> Renewed:
        """Records what was agreed to anew; once, also where it is sent again under its `key`."""
        path = at("consents", consent_id, "renew")
        return self._line.change("POST", path, Renewed, body=asked, key=key).thing

    def make_withdrawal_link(self, consent_id: str) -> WithdrawalLink:
        """A link by which whoever gave the consent takes it back themselves."""
        return self._line.post_once(
            "POST", at("consents", consent_id, "withdrawal-link"), WithdrawalLink
        )
