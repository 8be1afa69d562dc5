#!/bin/bash
# The USB stick: one that is in the box, full, write-protected, broken, pulled out; and a new box that gets its copy.
# The sticks are loop devices (box.py hands two in). There is no udev in here, so the link to the one that is plugged in
# is made by hand, and so is what udev would start.
# shellcheck source-path=SCRIPTDIR source=checks.sh
. /root/checks.sh

ONE=/dev/stick-one
TWO=/dev/stick-two
if ! mount -t ext4 $ONE /mnt; then
    skip "the stick: this machine lets nobody mount in here"
    the_end
    exit
fi
umount /mnt

# loop devices stand in for what comes by USB
mkdir -p /etc/systemd/system/kiosk-stick.service.d
printf '[Service]\nDeviceAllow=block-loop rw\n' >/etc/systemd/system/kiosk-stick.service.d/loop.conf

plug() { sleep 1 && touch "$1" && ln -sfn "${1##*/}" /dev/kiosk-copy; }
pull() { rm -f /dev/kiosk-copy; }
run_it() { systemctl start kiosk-stick.service || { journalctl -u kiosk-stick.service -n 6 --no-pager; return 1; }; }
fails() { ! "$@"; }
held() { mount -o ro "$1" /mnt && ls -A /mnt/village-kiosk/ && umount /mnt; }
copies() { held "$1" | grep -c 'tar.sealed$'; }
mounted() { grep -qs kiosk-stick /proc/*/mounts; }
says() { kiosk doctor --help >/dev/null; { kiosk doctor || true; } | tee /root/doctor | grep -q "$1"; }
# a household more, and a deed of it in the ledger
add() {
    printf '户号,姓名,与户主关系,村民小组,出生日期\n%s,%s,户主,一组,1970-05-05\n' "$1" "$2" >/root/more.csv
    printf '编号,日期,户号,成员,条目,分值,地点,事由,依据,记录人\n%s,%s,%s,%s,H01,,村口,,巡查,老陈\n' "$1" "$(date +%F)" "$1" "$2" >/root/deed.csv
    chmod 644 /root/more.csv /root/deed.csv
    kiosk import roster /root/more.csv --village qingshan && kiosk import events /root/deed.csv --village qingshan
}
digest() { { kiosk export roster --village qingshan --format csv && kiosk export ledger --village qingshan --format csv; } | sha256sum; }
entries() { kiosk export ledger --village qingshan --format csv | tail -n +2 | wc -l; }

chmod 755 /root
check "the installation" bash -c 'bash /opt/bundle/install.sh | tee /root/installed'
phrase=$(sed -n 's/.*recovery phrase: //p' /root/installed)
check "it shows the recovery phrase" [ ${#phrase} -ge 26 ]
check "a roster and a deed come in" add 001 张三
check "systemd finds nothing wrong with the units" bash -c '! systemd-analyze verify --man=no /etc/systemd/system/kiosk*.{service,timer} 2>&1 | grep -v "not executable"'
check "the service is shut in" systemd-analyze security --no-pager --threshold=20 kiosk-stick.service
check "without a stick nothing happens" run_it
check "its timer is on" systemctl is-active kiosk-stick.timer

plug $ONE
start=$(date +%s%N)
check "a stick is plugged in, and written" run_it
echo "written in $((($(date +%s%N) - start) / 1000000)) ms"
check "there is one copy on it" [ "$(copies $ONE)" = 1 ]
check "nobody else sees the stick, and it is not mounted any more" fails mounted
check "the doctor knows" says '最新的备份是'
before=$(held $ONE)
sectors() { sync && awk -v number=$((0x$(stat -c %T $ONE))) '$1 == 7 && $2 == number { print $10 }' /proc/diskstats; }
wrote=$(sectors)
start=$(date +%s%N)
check "nothing was noted since" run_it
echo "seen in $((($(date +%s%N) - start) / 1000000)) ms, $(($(sectors) - wrote)) sectors written"
check "nothing is written then" [ "$(held $ONE)" = "$before" ]
add 002 李四
wrote=$(sectors)
check "somebody notes something" run_it
echo "$(($(sectors) - wrote)) sectors written"
check "there are two copies" [ "$(copies $ONE)" = 2 ]
after=$(digest)

# pulled out in the middle: the process is killed, and whatever is under way ends
add 003 王五
systemctl start --no-block kiosk-stick.service
sleep 0.7
systemctl kill --signal=KILL kiosk-stick.service
sleep 1
check "killed in the middle, the stick is let go" fails mounted
check "nothing half has a name" [ "$(held $ONE | grep -c 'tar.sealed$')" -ge 2 ]
systemctl reset-failed kiosk-stick.service
check "the next time it is finished" run_it
check "nothing half is left" fails bash -c "mount -o ro $ONE /mnt; find /mnt | grep part; found=\$?; umount /mnt; exit \$found"
after=$(digest)

blockdev --setro $ONE
add 004 赵六
check "a write-protected stick is an error of the unit" fails run_it
check "the doctor says what to do" says '只能读'
blockdev --setrw $ONE
systemctl reset-failed kiosk-stick.service
mount $ONE /mnt && head -c 1G /dev/zero >/mnt/films 2>/dev/null
umount /mnt
check "a full stick is an error of the unit" fails run_it
check "the doctor says that it is full" says 'U 盘满了'
check "the copies that were there still are" [ "$(copies $ONE)" -ge 2 ]
mount $ONE /mnt && rm /mnt/films
umount /mnt
check "with room again it is written" run_it
check "the doctor is content" says '最新的备份是'
after=$(digest)

pull
plug $TWO
check "a stick in a format that nobody reads is an error of the unit" fails run_it
check "the doctor says how to format it" says 'exFAT'
check "nothing was written to it" [ "$(head -c 65536 $TWO | tr -d '\0' | wc -c)" = 0 ]
pull
check "without a stick all is quiet" run_it

# the card dies: a new box, the stick, and the paper
systemctl stop kiosk.service
rm -rf /var/lib/kiosk
check "a new box" bash /opt/bundle/install.sh
check "it knows nobody" fails [ "$(digest)" = "$after" ]
plug $ONE
held=$(held $ONE)
check "the new box does not write to the old one's stick" fails run_it
check "the doctor says how to put it back" says 'kiosk-stick restore'
check "nothing on it has changed" [ "$(held $ONE)" = "$held" ]
echo '# of the new box' >>/var/lib/kiosk/kiosk.toml
restored() { printf '%s\n' "$phrase" | tr '[:upper:]' '[:lower:]' | kiosk-stick restore; }
start=$(date +%s%N)
check "the stick and the paper bring the old one back" restored
echo "restored in $((($(date +%s%N) - start) / 1000000)) ms"
check "the old box's settings came with it" cmp /var/lib/kiosk/kiosk.toml /etc/kiosk/kiosk.toml
check "all deeds are there" [ "$(entries)" = 4 ]
check "everything is there" [ "$(digest)" = "$after" ]
check "it serves them" answers /v/qingshan/square
check "the ledger verifies" kiosk verify
check "nobody else sees the stick" fails mounted
check "the new box goes on writing the stick, by the old paper" run_it
the_end
