"""How deeds become points: the reason this program exists. Imports nothing else of kiosk, and no web."""
