"""Expressions: one grammar and one parser for conditions, filters, updates, projections and key conditions."""
