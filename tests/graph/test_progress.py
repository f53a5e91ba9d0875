"""Progress: reported in this thread alone, and stopped by its watcher."""

from threading import Thread

import pytest

from graph.progress import Progress, Stage, progress_to, report, with_progress


class Stopped(Exception):
    pass


def test_items_are_counted_and_come_through_unchanged() -> None:
    seen: list[Progress] = []
    with progress_to(seen.append):
        report(Progress(Stage.READING))
        assert list(with_progress(Stage.ROWS, range(401))) == list(range(401))
    assert seen == [
        Progress(Stage.READING), *(Progress(Stage.ROWS, done, 401) for done in (0, 200, 400)),
    ]  # fmt: skip


def test_nobody_watches_outside_and_in_other_threads() -> None:
    seen: list[Progress] = []
    assert list(with_progress(Stage.ROWS, [1])) == [1]
    with progress_to(seen.append):
        thread = Thread(target=report, args=(Progress(Stage.RULES),))
        thread.start()
        thread.join()
    report(Progress(Stage.RULES))
    assert seen == []


def test_a_watcher_stops_the_computation_by_raising() -> None:
    def stop(progress: Progress) -> None:
        if progress.done == 400:
            raise Stopped

    done: list[int] = []
    with pytest.raises(Stopped), progress_to(stop):
        done.extend(with_progress(Stage.ROWS, range(1000)))
