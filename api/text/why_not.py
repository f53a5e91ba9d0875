"""Why no path goes through somebody, and whom the rules kept out, in words.

Source of the sentences: explorer.md §4, "Hvorfor ikke …?".
"""

from api.text.format import in_sentence
from graph.paths.answer_terms import Obstacle, Relaxed
from graph.paths.need import Need
from graph.paths.why_not import Excluded, WhyNot
from graph.vocabulary import Language


def why_not_sentence(why: WhyNot, need: Need, lang: Language) -> str:
    """One sentence, and whether it is proved; of what is hidden or unknown it names no more than
    the id that was sent.
    """
    danish, english = _sentence(why, need, why.node.name or why.node.id)
    if not why.proved:
        danish = f"{danish} Søgningen nåede sin grænse, så det er ikke bevist."
        english = f"{english} The search came to its limit, so that is not proved."
    return danish if lang == "da" else english


def _sentence(why: WhyNot, need: Need, name: str) -> tuple[str, str]:
    match why.obstacle:
        case Obstacle.GIVEN:
            return f"Vej {why.path} går gennem {name}.", f"Path {why.path} goes through {name}."
        case Obstacle.DEARER:
            return (
                f"Vejen gennem {name} er mindre sikker.", f"The path through {name} is less sure.",
            )  # fmt: skip
        case Obstacle.OVERLAP:
            return (
                f"Vejen gennem {name} er næsten den samme som vej {why.path}.",
                f"The path through {name} is almost the same as path {why.path}.",
            )
        case Obstacle.GATE | Obstacle.LEVEL:
            return _not_permitted(why, need, name)
        case Obstacle.TOO_FAR:
            return (
                f"For mange led gennem {name} ({why.hops}, højst {why.most_hops}).",
                f"Too many steps through {name} ({why.hops}, {why.most_hops} at most).",
            )
        case Obstacle.NOT_ANSWERING:
            return f"{name} svarer ikke den dag.", f"{name} does not answer that day."
        case Obstacle.DIRECTION:
            return (
                f"Vejen gennem {name} går den forkerte retning.",
                f"The path through {name} goes in the wrong direction.",
            )
        case Obstacle.VIA:
            return (
                f"Vejen kan ikke gå gennem både {name} og mellemleddet.",
                f"No path goes through both {name} and the stop on the way.",
            )
        case Obstacle.AVOIDED:
            return (
                f"Vejen gennem {name} er lukket af det fravalgte.",
                f"The path through {name} is closed by what is avoided.",
            )
        case Obstacle.HUB | Obstacle.ENDS:
            return _kept_out(why.obstacle, name)
        case Obstacle.NOT_FOUND if not why.proved:
            return f"Der er ikke fundet en vej gennem {name}.", f"No path through {name} was found."
        case Obstacle.NOT_FOUND:
            return (
                f"En vej gennem {name} findes ikke, eller du har ikke adgang.",
                f"A path through {name} does not exist, or you have no access.",
            )


def _not_permitted(why: WhyNot, need: Need, name: str) -> tuple[str, str]:
    if why.obstacle is Obstacle.LEVEL:
        level = need.level
        da, en = (level.label_da, level.label_en) if level else ("", "")
        return (
            f"Niveauet passer ikke: vejen gennem {name} er ikke til {in_sentence(da)}.",
            f"The level does not fit: the path through {name} is not for {in_sentence(en)}.",
        )
    if why.term is Relaxed.GATE and need.gate is not None:
        return (
            f"Grundlaget rækker ikke: {need.gate.label_da} gælder ikke hele vejen gennem {name}.",
            f"The legal ground does not reach: {need.gate.label_en} does not hold all the way "
            f"through {name}.",
        )
    return (
        f"Grundlaget rækker ikke: på vejen gennem {name} må ingen personer nævnes ved navn.",
        f"The legal ground does not reach: on the path through {name} nobody may be named.",
    )


def excluded_sentence(one: Excluded, lang: Language) -> str:
    """Whom the rules on crossing kept out of a cheaper path."""
    name = one.node.name or one.node.id
    danish, english = _kept_out(one.obstacle, name)
    if lang == "da":
        return f"{danish} Ellers var der en mere sikker vej dér."
    return f"{english} Else there would be a surer path there."


def _kept_out(obstacle: Obstacle, name: str) -> tuple[str, str]:
    if obstacle is Obstacle.HUB:
        return (
            f"Ingen vej går gennem {name}: for mange er med.",
            f"No path goes through {name}: too many take part.",
        )
    return (
        f"En vej kan kun ende ved {name}.",
        f"A path can only end at {name}.",
    )
