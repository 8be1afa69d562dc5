"""Fairness in the open: the sample that is drawn for checking, and questions that the figures ask."""
