"""Changes the rules of access, the gate and the audit, a little at a time: do the tests notice?

What is changed and what is run stands in pyproject.toml. The mutants lie in `mutants/`, made anew
each time; `.venv/bin/mutmut show NAME` shows one. The status is 1 where a file has too few killed.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

from tests.mutants.fates import LEAST, fates_of, file_of, is_enough, shares

MUTMUT: Final = str(Path(sys.executable).with_name("mutmut"))
MUTANTS: Final = Path("mutants")
SETTINGS: Final = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
AT_IMPORT: Final = {"graph/access/policy.py": "tests/graph/access/test_policy.py"}
"""Files whose tables are made while they are imported, which is over when mutmut changes them: what
lives there is tried once more, in a process of its own."""


def main() -> int:
    """Makes, tries and counts them."""
    shutil.rmtree(MUTANTS, ignore_errors=True)
    subprocess.run([MUTMUT, "run"], check=True)
    listed = subprocess.run(
        [MUTMUT, "results", "--all", "true"], check=True, capture_output=True, text=True
    )
    fates = fates_of(listed.stdout.splitlines())
    for mutant, fate in fates.items():
        if fate != "killed" and file_of(mutant) in AT_IMPORT and is_noticed(mutant):
            fates[mutant] = "killed"
    counted = shares(fates)
    sys.stdout.write(
        "\n".join(("", *(f"  {mutant}" for mutant in fates if fates[mutant] != "killed"), ""))
    )
    for file, (killed, total) in counted.items():
        sys.stdout.write(f"{file}: {killed} of {total} killed, {killed / total:.0%}\n")
    missing = {*SETTINGS["only_mutate"]} - {*counted}
    if missing or not all(is_enough(*counts) for counts in counted.values()):
        sys.stdout.write(f"Each file must have {LEAST:.0%} killed. {' '.join(sorted(missing))}\n")
        return 1
    return 0


def is_noticed(mutant: str) -> bool:
    """Do the tests of its file fail where it is there from the beginning?"""
    options = SETTINGS["pytest_add_cli_args"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", *options, AT_IMPORT[file_of(mutant)]],
        cwd=MUTANTS, env={**os.environ, "MUTANT_UNDER_TEST": mutant}, check=False,
        capture_output=True,
    )  # fmt: skip
    return done.returncode != 0


if __name__ == "__main__":
    sys.exit(main())
