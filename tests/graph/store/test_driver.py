import subprocess
import sys

SCRIPT = """
import sys
import graph.store.connection
assert "neo4j" in sys.modules
assert not {"pandas", "pyarrow"} & set(sys.modules)
import pandas
import neo4j._optional_deps as found
assert found.pd is None
print(pandas.DataFrame({"a": [1]}).shape)
"""


def test_the_driver_takes_no_tables_along_and_hides_them_from_nobody_else() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.returncode) == ("(1, 1)\n", 0), done.stderr
