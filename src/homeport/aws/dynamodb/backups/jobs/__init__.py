"""What exports, imports and bulk writes have in common: how they are listed, and how they tell why they failed."""
