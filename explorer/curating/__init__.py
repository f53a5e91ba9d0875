"""The parts of the screen that keeps the register true, one for each tab."""
