"""Figures for people who decide: what a delete would free, and how full the registry was over time."""
