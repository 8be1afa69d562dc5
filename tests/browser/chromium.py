"""Which Chromium the tests drive: where it is installed the one that never opens a window, at half the price."""

import os
import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = os.environ.get("KIOSK_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
