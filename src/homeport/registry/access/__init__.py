"""Who asks, and what they may: users, robots, rules, tokens."""
