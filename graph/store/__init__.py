"""The only package that uses Neo4j: statements, schema, sealing, keys and the embedded engine."""

import sys

from graph.store.driver import DriverAlone

sys.meta_path.insert(0, DriverAlone())
