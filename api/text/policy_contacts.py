"""What a policy says of contacts, in words: who is right, and who may be called directly."""

from collections.abc import Iterator

from api.text.format import in_sentence
from graph.paths.answer_terms import FitNeed
from graph.paths.policy_model import Policy
from graph.vocabulary import Label, Language


def fit_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """The classes of each kind of need, the best first, and how many contacts and ways are told."""
    yield from (_classes(policy, need, lang) for need in policy.fit)
    rule = policy.contacts
    if lang == "da":
        yield "En klasse går altid før den næste; i den går den, der svarer på tidspunktet, først."
        yield (
            f"Højst {rule.most} kontakter med {rule.ways} veje til hver; til en bestemt, der "
            f"spørges efter, {rule.ways_alone}."
        )
    else:
        yield "A class always comes before the next; in it, whoever answers at that time is first."
        yield (
            f"{rule.most} contacts at most with {rule.ways} paths to each; to a named one that is "
            f"asked for, {rule.ways_alone}."
        )


def _classes(policy: Policy, need: FitNeed, lang: Language) -> str:
    """`Et samarbejde et sted: 1. koordinerer …; 2. er medlem af ….`"""
    sentences = (rule.danish if lang == "da" else rule.english for rule in policy.fit[need])
    told = "; ".join(
        f"{number}. {sentence.replace('{what}', '…')}"
        for number, sentence in enumerate(sentences, 1)
    )
    return f"{need.label(lang)}: {told}."


def direct_lines(policy: Policy, lang: Language) -> Iterator[str]:
    """Who may be called without anybody between, and about what; who sits in a place."""
    posts = "; ".join(in_sentence(post.label(lang)) for post in policy.local)
    if lang == "da":
        if Label.ACTOR in policy.direct:
            yield "En funktion med en kontaktoplysning må altid kontaktes, uden at nævne nogen."
            yield (
                "Også om en bestemt person, hvis I er i samme samarbejde eller myndighed, og "
                "grundlaget dér tillader det."
            )
        else:
            yield "En funktion kontaktes kun ad en vej."
        if Label.RESOURCE_INDIVIDUAL in policy.direct:
            yield "En civil må kontaktes direkte, hvis samtykket ikke kræver formidling."
        else:
            yield "Om en civil må kontaktes direkte, siges ikke."
        yield f"Faste kontakter i et sted: {posts}."
        return
    if Label.ACTOR in policy.direct:
        yield "A post with a contact detail may always be contacted, naming nobody."
        yield (
            "Also about a named person, where you are in the same network or authority, and the "
            "ground there allows it."
        )
    else:
        yield "A post is contacted by a path alone."
    if Label.RESOURCE_INDIVIDUAL in policy.direct:
        yield "A civilian may be contacted directly, where the consent asks for no door opener."
    else:
        yield "Whether a civilian may be contacted directly is not told."
    yield f"Standing contacts in a place: {posts}."
