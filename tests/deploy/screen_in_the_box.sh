#!/bin/bash
# What the screen in the square goes through, with a picture in memory instead of a graphics card. Pictures that are kept
# are laid into /root; box.py brings them out, and somebody should look at them.
# shellcheck source-path=SCRIPTDIR source=checks.sh
. /root/checks.sh

if [ ! -d /opt/bundle/debs ]; then
    skip "the screen: the Debian packages for it could not be fetched here"
    the_end
    exit
fi

echo force-unsafe-io >/etc/dpkg/dpkg.cfg.d/quick # nobody needs this machine after a power cut
# no graphics card, no keyboard, no tty1 in here; all else of the unit stays as it is
mkdir -p /etc/systemd/system/kiosk-screen.service.d
cat >/etc/systemd/system/kiosk-screen.service.d/no-hardware.conf <<'UNIT'
[Service]
Environment=WLR_BACKENDS=headless WLR_RENDERER=pixman WLR_LIBINPUT_NO_DEVICES=1 LIBSEAT_BACKEND=noop
StandardInput=null
TTYPath=
TTYReset=no
TTYVHangup=no
TTYVTDisallocate=no
UNIT

as_screen() { setpriv --reuid kiosk-screen --regid kiosk-screen --init-groups env XDG_RUNTIME_DIR=/run/kiosk-screen WAYLAND_DISPLAY=wayland-0 "$@"; }
picture() { as_screen grim -t "$1" - 2>/dev/null; }
size() { as_screen wlr-randr --output HEADLESS-1 --custom-mode "$1"; }

# shows WHAT SECONDS [WIDTH HEIGHT]: within them the screen shows that: starting, the square, or nothing of ours.
shows() {
    local left
    for ((left = $2; left > 0; left--)); do
        picture ppm >/root/now.ppm && python3 /root/seen.py "$1" "${3:-}" </root/now.ppm && return
        sleep 1
    done
    picture png >"/root/not-$1.png"
    journalctl -u kiosk-screen.service -n 40 --no-pager
    return 1
}

cat >/root/seen.py <<'PY'
import sys
content = sys.stdin.buffer.read()
head, start = [], 0
while len(head) < 4:
    end = start
    while content[end] > 32:
        end += 1
    head.append(content[start:end])
    start = end + 1
width, height = int(head[1]), int(head[2])
pixels = content[start:]
colours = {pixels[at:at + 3] for at in range(0, len(pixels) - 2, 3 * 97)}
corner = pixels[:3]
if corner == bytes((0x10, 0x23, 0x1A)) and len(colours) > 3:
    seen = "starting"
elif len(colours) > 200:
    seen = "square"
else:
    seen = "nothing"
print(width, height, corner.hex(), len(colours), seen)
sys.exit(seen != sys.argv[1] or sys.argv[2] not in ("", f"{width} {height}"))
PY

browser() { pidof_by_line '^/usr/lib/chromium/chromium .*--kiosk'; }
renderer() { pidof_by_line '^/usr/lib/chromium/chromium .*--type=renderer'; }
pidof_by_line() {
    local one
    for one in /proc/[0-9]*; do
        tr '\0' ' ' <"$one/cmdline" | grep -q -- "$1" && echo "${one#/proc/}"
    done 2>/dev/null
}
alone() {
    local one
    for one in $(browser) $(renderer); do
        [ "$(stat -c %U "/proc/$one")" = kiosk-screen ] && [ "$(tr '\0' '\n' <"/proc/$one/cmdline" | grep -c no-sandbox)" = 0 ] || return 1
    done
    [ -n "$(browser)" ] && [ -n "$(renderer)" ]
}
profile_in_memory() { [ -d /run/kiosk-screen/chromium ] && [ "$(stat -f -c %T /run/kiosk-screen)" = tmpfs ] && [ ! -e /home/kiosk-screen ]; }
asked() {
    for _ in 1 2 3 4 5 6 7 8; do
        [ ! -e /var/lib/kiosk/.screen-qingshan ] || return 0
        sleep 5
    done
    return 1
}
quiet() { ! systemd-analyze verify --man=no /etc/systemd/system/kiosk-screen.service 2>&1 | grep -q kiosk; }
says() { kiosk doctor | tee /dev/stderr | grep 字体 | grep -q "$1"; }
shut_in() { systemd-analyze security --no-pager --threshold="$2" "$1" >/dev/null; }
# where the browser really is, and what holds there
limited() {
    local slice told
    slice=user-$(id -u kiosk-screen).slice
    told=$(systemctl show -p MemoryMax -p IPAddressDeny "$slice")
    grep -q "$slice" "/proc/$(browser | head -n 1)/cgroup" && grep -q "MemoryMax=$((1200 * 1024 * 1024))" <<<"$told" && grep -q 'IPAddressDeny=.*0.0.0.0/0' <<<"$told"
}

# a village with rare characters in its names, and deeds of today
roster=/root/roster.csv events=/root/events.csv
echo '户号,姓名,与户主关系,村民小组,出生日期' >$roster
echo '日期,户号,成员,条目,分值' >$events
number=0
for name in 张三 王㛃 𬱖永福 欧阳建国 刘𣲘 陈静 杨䶮 李秀英 赵淑珍 周平 吴桂兰 郑大山; do
    number=$((number + 1))
    printf '%03d,%s,户主,%s,1970-05-05\n' "$number" "$name" "$((number % 3 + 1))组" >>$roster
    for deed in "$name,C05,2" ",C01,$((5 - number / 3))" ",C03,1" "$name,A02,1"; do
        printf '%s,%03d,%s\n' "$(date +%F)" "$number" "$deed" >>$events
    done
done
chmod 755 /root && chmod 644 $roster $events
sed -i 's/"masked"/"full"/' /boot/firmware/kiosk.toml

# hours ON OFF: as Office → Village and screen sets them
hours() {
    python3 - "$1" "$2" <<'PY'
import sqlite3, sys
with sqlite3.connect("/var/lib/kiosk/kiosk.db", timeout=30) as database:
    database.execute("UPDATE village SET screen_on = ?, screen_off = ?, revision = revision + 1", sys.argv[1:])
PY
}
told_hours() { python3 -c 'import urllib.request; print(urllib.request.urlopen("http://localhost/v/qingshan/square/hours").read().decode())'; }
lit() {
    local left
    for ((left = 70; left > 0; left--)); do
        ! as_screen wlr-randr | grep -q "Enabled: $1" || return 0
        sleep 1
    done
    as_screen wlr-randr
    return 1
}

start=$SECONDS
check "the installation with the screen's packages, without a network" bash /opt/bundle/install.sh
echo "installed in $((SECONDS - start)) s"
for file in /root/looking/*.deb; do dpkg -x "$file" /; done
check "a roster comes in" kiosk import roster $roster --village qingshan
check "deeds come in" kiosk import events $events --village qingshan
check "the doctor finds a character for every name" says 正常
echo '099,冯𱍐,户主,1组,1970-05-05' | cat $roster - >/root/more.csv && chmod 644 /root/more.csv
check "a name that no font can draw comes in too" kiosk import roster /root/more.csv --village qingshan
check "the doctor names the character" says 𱍐
check "the hours of kiosk.toml are the office's first" grep -q '"on": "06:30", "off": "21:30"' <(told_hours)
hours "" "" # whatever time it is now
check "the square is shown" shows square 90
check "browser and page are an ordinary user's, in the browser's own sandbox" alone
check "the browser's profile is in memory" profile_in_memory
check "memory and network are limited where the browser runs" limited
check "the square asks the server for its board" asked

systemctl stop kiosk-screen.service kiosk.service
systemctl start --job-mode=ignore-dependencies kiosk-screen.service
sleep 3
size 1920x1080
check "without a server the page of the first minute is shown" shows starting 60
picture png >/root/starting.png
systemctl start kiosk.service
check "once the server answers, the square is shown" shows square 60
sleep 2
picture png >/root/leaders.png
sleep 12
check "it still is" shows square 5
picture png >/root/square.png
check "an upright screen is filled too" size 1080x1920
sleep 15
picture png >/root/upright.png
size 1920x1080

hours "$(date -d '+30 minutes' +%H:%M)" "$(date -d '-30 minutes' +%H:%M)"
check "outside the office's hours the screen is off" lit no
systemctl stop kiosk.service
sleep 25
check "it stays off while the server is away" lit no
systemctl start kiosk.service
hours "" ""
check "within them it is on" lit yes
check "and shows the square" shows square 30

sed -i 's/^SCREEN_TURN=.*/SCREEN_TURN=90/' /etc/kiosk/screen.env
systemctl restart kiosk-screen.service
check "a television hung upright shows it upright" shows square 60 "720 1280"
hours "$(date -d '+30 minutes' +%H:%M)" "$(date -d '-30 minutes' +%H:%M)"
check "it goes off" lit no
hours "" ""
check "and comes on" lit yes
check "upright as before" shows square 60 "720 1280"
sed -i 's/^SCREEN_TURN=.*/SCREEN_TURN=/' /etc/kiosk/screen.env
systemctl restart kiosk-screen.service
check "a television hung lying again lies again" shows square 60 "1280 720"
size 1920x1080

systemctl stop kiosk.service
sleep 75
check "while the server is away it keeps what it showed" shows square 5
picture png >/root/away.png
systemctl start kiosk.service

kill -9 "$(browser | head -n 1)"
sleep 4
check "the browser killed, the square comes back" shows square 60
sleep 15
size 1920x1080
start=$SECONDS
renderer | xargs kill -9
sleep 5
check "the page killed, the browser shows that it crashed" shows nothing 5
check "some minutes later the square is back" shows square 240
echo "back after $((SECONDS - start)) s"
check "the screen is shut in as far as a browser can be" shut_in kiosk-screen.service 20
check "systemd finds nothing wrong with its unit" quiet
journalctl "_UID=$(id -u kiosk-screen)" -n 100 --no-pager
the_end
