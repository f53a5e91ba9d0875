"""Write requests: parsed, checked against rights and rules, and saved exactly once."""
