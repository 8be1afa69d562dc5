#!/bin/bash
# Shared by the scripts that run in the machines of box.py. Each line of the outcome is a sentence that held, or did not.
exec >>/root/log 2>&1
set -x

check() {
    local what=$1
    shift
    if "$@"; then echo "ok     $what" >>/root/outcome; else echo "FAILED $what" >>/root/outcome; fi
}

skip() { echo "skip   $1" >>/root/outcome; }

answers() {
    python3 - "$1" <<'PY'
import sys, time
from urllib.request import urlopen
for _ in range(30):
    try:
        sys.exit(urlopen(f"http://localhost{sys.argv[1]}", timeout=5).status != 200)
    except OSError:
        time.sleep(1)
sys.exit(1)
PY
}

pid() { systemctl show -p MainPID --value kiosk.service; }

the_end() {
    echo end >>/root/outcome
    systemctl poweroff
}
