"""The composition root: builds each component by plain constructor calls."""
