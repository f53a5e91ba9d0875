"""`kontaktvej policy`: commands that explain the rules of a policy and check a policy file."""

from typing import Annotated

import typer

from api.cli.console import _, language
from api.cli.options import AsJson, Lang, PolicyFile

policy = typer.Typer(
    name="policy",
    help=_("The rules of a path: what they say, and whether a file can be used."),
    no_args_is_help=True,
)


@policy.command(
    help=_("Say the rules of the policy in words, with numbers in days and percent."),
    epilog=_("Example:") + " kontaktvej policy explain --policy my.toml",
)
def explain(policy_file: PolicyFile = None, as_json: AsJson = False, lang: Lang = None) -> None:
    """Say the rules of the policy in words, with numbers in days and percent."""
    from api.cli import policy as policy_telling

    policy_telling.explain(policy_file, lang=language(lang), as_json=as_json)


@policy.command(
    help=_("Check a policy file; every fault is told with its rule."),
    epilog=_("Example:") + " kontaktvej policy check my.toml",
)
def check(
    file: Annotated[str | None, typer.Argument(help=_("The file"), show_default=False)] = None,
    lang: Lang = None,
) -> None:
    """Check a policy file; every fault is told with its rule."""
    from api.cli import policy as policy_telling

    policy_telling.check(file, lang=language(lang))
