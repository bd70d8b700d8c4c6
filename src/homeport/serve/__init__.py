"""The composition root: builds each component by plain constructor calls, and runs it as a process.

One module for each component, so that a component's process carries nothing of another.
"""
