"""A believable village, made by the real doors: 青山村, its families and two years of their deeds."""
