"""The only room that knows Neo4j: statements, schema, sealing, keys, the engine we start."""

import sys

from graph.store.connection import DriverAlone

sys.meta_path.insert(0, DriverAlone())
