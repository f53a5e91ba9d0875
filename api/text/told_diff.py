"""What becomes of the paths for a need, as it is sent: each part with its words beside."""

from api.beside import Told, with_fields
from api.schemas import path_diff as wire
from api.text.answers import origin
from api.text.path_diff import diff_causes, diff_headline, path_title, why_sentence
from graph.paths.answer import Path
from graph.paths.path_diff import ComparedPath, PathDiff
from graph.vocabulary import Language


def path_diff_response(diff: PathDiff, lang: Language) -> wire.PathDiff:
    """Two dates compared, on the wire."""
    return wire.PathDiff.model_validate(
        with_fields(
            diff,
            against=diff.against.on,
            paths=tuple(_path(one, lang) for one in diff.paths),
            words=Told(
                headline=diff_headline(diff, lang),
                causes=tuple(diff_causes(diff, lang)),
                origin=origin(diff.revision, diff.policy, lang),
            ),
        )
    )


def _path(one: ComparedPath, lang: Language) -> Told:
    path = one.after or one.before
    return Told(
        fate=one.fate,
        stops=() if path is None else tuple(stop.node for stop in path.stops),
        hops=() if path is None else tuple(hop.facts.type for hop in path.hops),
        before=_of_date(one.before),
        after=_of_date(one.after),
        why=tuple(
            with_fields(why, words=Told(text=why_sentence(why, one, lang))) for why in one.why
        ),
        words=Told(title=path_title(one, lang)),
    )


def _of_date(path: Path | None) -> Told | None:
    if path is None:
        return None
    return Told(
        number=path.number, cost=path.cost, chance=path.chance, oldest_days=path.oldest_days
    )
