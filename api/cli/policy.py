"""Implementation of `kontaktvej policy`: explains a policy file and checks it."""

from rich.padding import Padding
from rich.text import Text

from api.cli.console import OUT, _, write_json
from api.cli.options import policy_of
from api.text.policy import policy_chapters
from graph.vocabulary import Language


def explain(file: str | None, *, lang: Language, as_json: bool) -> None:
    """Print the rules chapter by chapter, or the parsed policy as JSON.

    Raises:
        InvalidPolicy: with every fault of the file.
    """
    policy = policy_of(file)
    if as_json:
        write_json(policy)
        return
    OUT.print(_("Policy {digest}", lang, digest=policy.digest), style="bold")
    for chapter in policy_chapters(policy, lang):
        OUT.print()
        OUT.print(chapter.title, style="bold")
        for line in chapter.lines:
            OUT.print(Padding(Text(line), (0, 0, 0, 2), expand=False))


def check(file: str | None, *, lang: Language) -> None:
    """Print that a file is valid.

    Raises:
        InvalidPolicy: with every fault of the file.
    """
    digest = policy_of(file).digest
    OUT.print(_("The file can be used: policy {digest}.", lang, digest=digest))
