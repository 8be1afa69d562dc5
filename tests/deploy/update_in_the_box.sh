#!/bin/bash
# New versions: a good one, one that does not start, one that cannot migrate, an update that is killed, and one during
# which the current fails. The folders are made by second_bundles.py. A power cut ends this script; the next start goes on
# with its next part.
# shellcheck source-path=SCRIPTDIR source=checks.sh
. /root/checks.sh

PART=$(cat /root/part 2>/dev/null || echo first)
in_use() { [ "$(readlink /opt/kiosk/venv | sed 's,releases/,,; s,-.*,,')" = "$1" ]; }
unit_of() { [ "$(systemctl show -p Description --value kiosk.service | cut -d' ' -f1)" = "$1" ] && grep -q "Description=$1" /etc/systemd/system/kiosk.service; }
step() { python3 -c 'import sqlite3; print(*sqlite3.connect("file:/var/lib/kiosk/kiosk.db?mode=ro", uri=True).execute("SELECT version_num FROM alembic_version").fetchone())'; }
digest() { kiosk export roster --village qingshan --format csv | sha256sum; }
releases() { find /opt/kiosk/releases -mindepth 1 -maxdepth 1 | wc -l; }
settled() { [ ! -e /opt/kiosk/updating ] && [ ! -e /var/lib/kiosk/.before-update.db ] && [ ! -e /run/systemd/system/kiosk.service.d ]; }
ours() { [ -z "$(find /var/lib/kiosk ! -user kiosk)" ]; }
all_of() { in_use "$1" && unit_of "$1" && [ "$(step)" = "$2" ]; }
clean() { settled && ours; }
fails() { ! "$@"; }
power_cut() { echo "$1" >/root/part && sync && systemctl reboot --force --force && sleep 60; }
same() { [ "$(digest)" = "$(cat /root/digest)" ] && kiosk verify; }
# until the new version of the slow folder is in use and the old data may have been changed
in_the_middle() {
    local left
    for ((left = 600; left > 0; left--)); do
        in_use 0.5.0 && [ "$(step)" = 0091 ] && return
        sleep 0.2
    done
    return 1
}

# how long nobody was answered
watch() {
    python3 - <<'PY' &
import time
from urllib.request import urlopen
gone, longest, since = 0, 0.0, None
end = time.monotonic() + 400
while time.monotonic() < end:
    try:
        urlopen("http://localhost/healthz", timeout=2).read()
        if since:
            longest = max(longest, time.monotonic() - since)
        since = None
    except OSError:
        since = since or time.monotonic()
    open("/root/silence", "w").write(f"{longest:.1f}\n")
    time.sleep(0.1)
PY
    WATCHER=$!
}

first() {
    check "the installation" bash /opt/bundle/install.sh
    printf '户号,姓名,与户主关系,村民小组,出生日期\n001,张三,户主,一组,1970-05-05\n' >/root/roster.csv
    chmod 755 /root && chmod 644 /root/roster.csv
    check "a roster comes in" kiosk import roster /root/roster.csv --village qingshan
    digest >/root/digest
    check "systemd finds nothing wrong with the units" bash -c '! systemd-analyze verify --man=no /etc/systemd/system/kiosk*.{service,timer} 2>&1 | grep -v "not executable"'
    check "what takes updates back is shut in" systemd-analyze security --no-pager --threshold=20 kiosk-settle.service

    cp -a /opt/bundles/good /opt/damaged && echo >>/opt/damaged/requirements.txt
    check "a folder that was changed is refused" fails kiosk update /opt/damaged
    check "without a folder and a stick it says so" fails kiosk update
    check "neither changed anything" [ "$(releases)" = 1 ]

    watch
    start=$SECONDS
    check "a good version takes over" kiosk update /opt/bundles/good
    echo "updated in $((SECONDS - start)) s"
    sleep 1
    kill $WATCHER
    echo "nobody was answered for $(cat /root/silence) s"
    check "it answers" answers /v/qingshan/square
    check "program, units and tables are the new ones" all_of 0.2.0 0090
    check "everybody reaches it" [ "$(systemctl show -p EnvironmentFiles kiosk.service | grep -c trial)" = 0 ]
    check "the data are the same, and verify" same
    check "nothing is left over, and all data are the server's" clean
    check "the same again changes nothing" kiosk update /opt/bundles/good

    check "a version that does not start in earnest is refused" fails kiosk update /opt/bundles/ill
    check "the version before answers" answers /v/qingshan/square
    check "program, units and tables are those before" all_of 0.2.0 0090
    check "the data are the same, and verify" same
    check "nothing is left over, and all data are the server's" clean

    server=$(pid)
    check "a version that cannot migrate is refused" fails kiosk update /opt/bundles/wrong
    check "the server was not even stopped" [ "$(pid)" = "$server" ]
    check "nothing is left over of its trial" fails compgen -G '/var/lib/kiosk/.trial-*'

    kiosk update /opt/bundles/slow &
    check "an update is under way" in_the_middle
    systemctl kill --signal=KILL kiosk-update.service
    wait
    sleep 1
    check "killed, the version before answers" answers /v/qingshan/square
    check "program, units and tables are those before" all_of 0.2.0 0090
    check "the data are the same, and verify" same
    check "nothing is left over, and all data are the server's" clean

    kiosk update /opt/bundles/slow &
    check "another update is under way" in_the_middle
    power_cut second
}

second() {
    check "after the power cut the version before answers" answers /v/qingshan/square
    check "program, units and tables are those before" all_of 0.2.0 0090
    check "the data are the same, and verify" same
    check "nothing is left over, and all data are the server's" clean
    kiosk update /opt/bundles/better &
    while [ "$(releases)" -lt 4 ]; do sleep 0.1; done
    sleep 2
    power_cut third
}

third() {
    check "after a power cut while a version is installed the one before answers" answers /v/qingshan/square
    check "it is the one before" in_use 0.2.0
    if [ -b /dev/stick-one ]; then
        check "a good version takes over from a USB stick" kiosk update /dev/stick-one
    else
        skip "an update from a stick: no loop device here"
        check "a good version takes over" kiosk update /opt/bundles/better
    fi
    check "it answers" answers /v/qingshan/square
    check "program, units and tables are the new ones" all_of 0.6.0 0091
    check "the data are the same, and verify" same
    check "nothing is left over, and all data are the server's" clean
    check "no more than three versions are kept" [ "$(releases)" -le 3 ]
    check "nothing is left of any trial" fails compgen -G '/var/lib/kiosk/.trial-*'
    check "the stick is let go" fails grep -qs kiosk-stick- /proc/*/mounts
    the_end
}

set +u
$PART
