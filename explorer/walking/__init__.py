"""The parts of the screen that walks through a network: what is around, its controls, its twins."""
