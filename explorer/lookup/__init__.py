"""The parts of the register: what is sought, its list, and the card of one that is chosen."""
