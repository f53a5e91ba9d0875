"""The only package that uses Neo4j: statements, schema, sealing, keys and the embedded engine."""

import sys
from types import ModuleType

# The driver imports numpy, pandas and pyarrow where they are installed, to accept their values as
# parameters. None are passed here, and the last two would add 70 MB and 0.3 s to each process.
_libraries = ModuleType("neo4j._optional_deps")
_libraries.__dict__.update(np=None, pd=None, pa=None, pa_compute=None)
sys.modules.setdefault(_libraries.__name__, _libraries)
