"""How does a long wait show? Not at all, or as a bar on standard error."""

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int, str], None]
"""Told how many are done, of how many, and what came last (empty at first); from one thread."""


def silent(done: int, total: int, name: str) -> None:
    """Shows nothing."""


@contextmanager
def bar(title: str) -> Generator[Progress]:
    """A bar that appears on standard error with the first report, and never without one."""
    with ExitStack() as until_done:
        drawn: Progress | None = None

        def report(done: int, total: int, name: str) -> None:
            nonlocal drawn
            drawn = drawn or until_done.enter_context(_drawn(title))
            drawn(done, total, name)

        yield report


@contextmanager
def _drawn(title: str) -> Generator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    texts = TextColumn("{task.description}"), TextColumn("{task.fields[name]}")
    with Bar(
        texts[0], BarColumn(), MofNCompleteColumn(), texts[1], console=Console(stderr=True)
    ) as lines:
        line = lines.add_task(title, name="")
        yield lambda done, total, name: lines.update(line, completed=done, total=total, name=name)
