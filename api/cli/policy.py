"""`kontaktvej policy`: commands that explain the rules of a policy and check a policy file."""

from typing import Annotated

import typer
from rich.padding import Padding
from rich.text import Text

from api.cli.console import OUT, _, language, write_json
from api.cli.localization import Commands
from api.cli.options import AsJson, Lang, PolicyFile, policy_of

policy = Commands(
    name="policy",
    help=_("The rules of a path: what they say, and whether a file can be used."),
    no_args_is_help=True,
)


@policy.command(
    help=_("Show the rules of the policy in words, with numbers in days and percent."),
    epilog=_("Example:") + " kontaktvej policy explain --policy my.toml",
)
def explain(policy_file: PolicyFile = None, as_json: AsJson = False, lang: Lang = None) -> None:
    """Say the rules of the policy in words, with numbers in days and percent.

    Raises:
        InvalidPolicy: with every fault of the file.
    """
    from api.text.policy import policy_chapters

    rules = policy_of(policy_file)
    if as_json:
        write_json(rules)
        return
    OUT.print(_("Policy {digest}", language(lang), digest=rules.digest), style="bold")
    for chapter in policy_chapters(rules, language(lang)):
        OUT.print()
        OUT.print(chapter.title, style="bold")
        for line in chapter.lines:
            OUT.print(Padding(Text(line), (0, 0, 0, 2), expand=False))


@policy.command(
    help=_("Check a policy file; every error is shown with its rule."),
    epilog=_("Example:") + " kontaktvej policy check my.toml",
)
def check(
    file: Annotated[str | None, typer.Argument(help=_("The file"), show_default=False)] = None,
    lang: Lang = None,
) -> None:
    """Check a policy file.

    Raises:
        InvalidPolicy: with every fault of the file.
    """
    digest = policy_of(file).digest
    OUT.print(_("The file can be used: policy {digest}.", language(lang), digest=digest))
