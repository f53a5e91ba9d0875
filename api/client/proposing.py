"""May they sit here, too? Seats proposed for people at home elsewhere."""

from api.client.transport import ApiSection, at
from api.schemas.proposals import NewProposal, Proposal, ProposalAnswer, Proposals


class Proposing(ApiSection):
    """Proposals, and what their stewards say."""

    def proposals(self) -> Proposals:
        """The seats I have proposed, and those that wait for my answer."""
        return self._line.ask("GET", "/proposals", Proposals)

    def make_proposal(self, new: NewProposal) -> Proposal:
        """Asks the steward where somebody is at home whether they may sit in a post of my area."""
        return self._line.post_once("POST", "/proposals", Proposal, body=new)

    def answer_proposal(self, proposal_id: str, answer: ProposalAnswer) -> Proposal:
        """Says yes or no; a yes fills the seat."""
        return self._line.post_once(
            "POST", at("proposals", proposal_id, "answer"), Proposal, body=answer
        )

    def withdraw_proposal(self, proposal_id: str) -> Proposal:
        """Takes back what I proposed, while nobody has answered."""
        return self._line.post_once("DELETE", at("proposals", proposal_id), Proposal)
