"""An answer with what was asked about it besides: an account of every hop, why not through X."""

from dataclasses import dataclass

from api.cli.as_json import plain
from api.requested_need import RequestedMoment
from graph.paths import Answer
from graph.paths.policy_model import Policy
from graph.paths.why_not import Excluded, WhyNot


@dataclass(frozen=True, slots=True, kw_only=True)
class PathText:
    """What `kontaktvej path` tells; `is_explained`: each hop in full, whom the rules kept out."""

    answer: Answer
    policy: Policy
    moment: RequestedMoment
    is_explained: bool = False
    excluded: tuple[Excluded, ...] = ()
    why_not: WhyNot | None = None

    def plain(self) -> dict[str, object]:
        """The answer as dicts and lists, with a key more for each thing asked besides."""
        told: dict[str, object] = plain(self.answer)
        if self.is_explained:
            told["excluded"] = plain(self.excluded)
        if self.why_not is not None:
            told["why_not"] = plain(self.why_not)
        return told
