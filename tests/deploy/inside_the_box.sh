#!/bin/bash
# What happens to the box in box.py: each line of the outcome is a sentence that held, or did not.
# shellcheck source-path=SCRIPTDIR source=checks.sh
. /root/checks.sh

shut_in() { systemd-analyze security --no-pager --threshold=20 "$1" >/dev/null; }
listens_as() { [ "$(stat -c %U "/proc/$(pid)")" = "$1" ]; }
# (cage is not there: there is no network to fetch it from)
said_nothing() { ! systemd-analyze verify --man=no /etc/systemd/system/kiosk*.{service,timer} 2>&1 | grep -v 'not executable'; }
digest() { kiosk export roster --village qingshan --format csv | sha256sum; }
gone() { [ ! -e /opt/kiosk ] && [ ! -e /etc/systemd/system/kiosk.service ] && [ -s /var/lib/kiosk/kiosk.db ] && [ -s /etc/kiosk/kiosk.toml ]; }
one_backup() { systemctl start kiosk-backup.service && ls /var/lib/kiosk/backups/kiosk-*.tar; }
restored() {
    cp /var/lib/kiosk/backups/kiosk-*.tar /var/lib/kiosk/copy.tar && chown kiosk: /var/lib/kiosk/copy.tar &&
        systemctl stop kiosk.service && rm /var/lib/kiosk/kiosk.db && kiosk restore /var/lib/kiosk/copy.tar --replace &&
        systemctl start kiosk.service && kiosk verify && return
    journalctl -u kiosk.service -n 20 --no-pager
    return 1
}

printf '户号,姓名,与户主关系,村民小组,出生日期\n001,张三,户主,一组,1970-05-05\n' >/root/roster.csv
chmod 755 /root && chmod 644 /root/roster.csv

check "the installation without a network" bash /opt/bundle/install.sh
check "the server answers and is well" answers /healthz
check "the square's page is there" answers /v/qingshan/square
check "it is not root that serves port 80" listens_as kiosk
check "systemd finds nothing wrong with the units" said_nothing
check "the server is shut in" shut_in kiosk.service
check "the backup is shut in" shut_in kiosk-backup.service
check "a roster comes in" kiosk import roster /root/roster.csv --village qingshan
before=$(digest)
check "the installation a second time" bash /opt/bundle/install.sh
check "it answers after the second time" answers /healthz
check "the second time changed no data" [ "$(digest)" = "$before" ]
kill -9 "$(pid)"
sleep 4
check "killed, it comes back" answers /healthz
stuck=$(pid)
kill -STOP "$stuck"
sleep 75
check "stuck, it is started anew" [ "$(pid)" != "$stuck" ]
check "it answers after having been stuck" answers /healthz
check "a backup is made" one_backup
check "the backup is put back, and the ledger verifies" restored
check "it answers after the restore" answers /healthz
check "the restore brought the roster back" [ "$(digest)" = "$before" ]
check "the removal" bash /opt/kiosk/uninstall.sh
check "data and settings are still there" gone
check "the installation over the data that were kept" bash /opt/bundle/install.sh
check "it answers with the data that were kept" answers /v/qingshan/square
check "those are the same" [ "$(digest)" = "$before" ]
the_end
