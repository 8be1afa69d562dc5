"""The village points kiosk: deeds in, points by the book, the ranking in the open."""

__version__ = "0.1.0"
