"""The speed figures: ratios measured in one run, in turn, median of at least five. Run by `./run bench`."""
