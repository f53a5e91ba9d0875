"""Progress of long operations: silent, or a bar on standard error."""

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int, str], None]
"""Called with the number done, the total and the last item (empty at first), from one thread."""


def silent(done: int, total: int, name: str) -> None:
    """Show nothing."""


@contextmanager
def bar(title: str) -> Generator[Progress]:
    """Return a progress bar on standard error that appears with the first report only."""
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
