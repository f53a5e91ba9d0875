"""What the coverage map draws and lists, apart from asking: pure functions of an answer."""
