"""The parts of the screen that finds a contact path: the need, its controls, and the answers."""
