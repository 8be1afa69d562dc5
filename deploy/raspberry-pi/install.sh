#!/bin/bash
# Sets up the village points kiosk on a Raspberry Pi (Raspberry Pi OS trixie Lite, 64-bit) or a PC with Debian 13.
#
#   sudo bash install.sh                 run it again whenever you like: it changes only what has to be changed
#   sudo bash install.sh --settings F    settings from the file F instead of kiosk.toml on the boot partition
#   bash install.sh --root DIR           lay the files into DIR (an image), start nothing
#   bash install.sh --lay                only units and scripts; how `kiosk update` puts those of a version in place
#
# It needs no internet if it lies in the folder that `./run bundle` makes.
# shellcheck disable=SC1111  # Chinese quotation marks are meant
set -euo pipefail
umask 022

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=
SETTINGS=
STEP=0
STEPS=8
NEW_PASSWORD=
NEW_PHRASE=
TEMP=
SETTLED=yes # whether there is a kiosk.toml
LAY=no

main() {
    read_arguments "$@"
    if [ "$LAY" = yes ]; then
        lay
        return
    fi
    trap 'failed $?' EXIT
    TEMP=$(mktemp -d)
    step "检查这台机器和安装文件夹" "Looking at this machine and this folder"
    check_machine
    step "读取设置" "Reading the settings"
    read_settings
    step "安装系统软件" "Installing what the system lacks"
    install_packages
    step "建立用户和文件夹" "Making users and folders"
    make_users
    step "安装程序" "Installing the program"
    install_program
    step "写入设置和服务" "Writing settings and services"
    write_files
    step "建立村庄和管理员" "Making the village and its administrator"
    make_village
    step "启动" "Starting"
    start
    trap - EXIT
    rm -rf "$TEMP"
    tell_the_end
}

read_arguments() {
    while [ $# -gt 0 ]; do
        case $1 in
        --root) ROOT=$(realpath -m "${2:?--root DIR}") && shift 2 ;;
        --settings) SETTINGS=${2:?--settings FILE} && shift 2 ;;
        --lay) LAY=yes && shift ;;
        *) usage ;;
        esac
    done
}

# By the settings that this machine has, and nothing but files: what runs goes on until it is started anew.
lay() {
    TEMP=$(mktemp -d)
    trap 'rm -rf "$TEMP"' EXIT
    SETTINGS=-
    [ ! -f "$ROOT/etc/kiosk/kiosk.toml" ] || SETTINGS=$ROOT/etc/kiosk/kiosk.toml
    read_settings
    write_files
    [ -z "$ROOT" ] || return 0
    enable
    systemctl try-restart --no-block kiosk-screen.service || true
}

usage() {
    sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

say() { printf '   %s\n   %s\n' "$1" "$2"; }

step() {
    STEP=$((STEP + 1))
    printf '\n[%s/%s] %s\n      %s\n' "$STEP" "$STEPS" "$1" "$2"
}

stop() {
    printf '\n✕ %s\n✕ %s\n' "$1" "$2" >&2
    exit 1
}

failed() {
    rm -rf "$TEMP"
    [ "$1" = 0 ] && return
    printf '\n✕ 第 %s 步没有完成。已有的数据没有动。按上面的提示处理后，再运行一次就行。\n' "$STEP" >&2
    printf '✕ Step %s was not finished. No data were touched. Do what stands above, then run this again.\n' "$STEP" >&2
}

check_machine() {
    [ -n "$ROOT" ] || [ "$(id -u)" = 0 ] || stop "请这样运行：sudo bash install.sh" "Run it so: sudo bash install.sh"
    case $(uname -m) in
    aarch64 | x86_64) ;;
    *) stop "需要 64 位系统，这里是 $(uname -m)。" "A 64-bit system is needed; this is $(uname -m)." ;;
    esac
    [ -d "$HERE/wheels" ] || stop \
        "这里没有 wheels 文件夹。请先在能上网的电脑上用 ./run bundle 做好安装文件夹，整个拷过来。" \
        "There is no folder wheels here. Make the folder with ./run bundle on a computer with internet, and copy all of it."
    (cd "$HERE" && sha256sum --quiet --check SHA256SUMS) || stop \
        "有文件损坏或不全（见上面）。请重新拷贝整个文件夹。" "Files are damaged or missing (see above). Copy the whole folder again."
    local wanted found
    wanted=$(sed -n 's/^python=//p' "$HERE/MADE")
    found=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])') || stop "没有 python3。" "There is no python3."
    [ "$wanted" = "$found" ] || stop \
        "这个文件夹是给 Python $wanted 的系统（Debian 13）准备的，这里是 $found。" \
        "This folder was made for Python $wanted (Debian 13); here is $found."
    say "文件齐全，没有损坏。" "All files are there and sound."
}

read_settings() {
    local file=$SETTINGS
    [ "$SETTINGS" = - ] || for file in "$SETTINGS" "$ROOT/boot/firmware/kiosk.toml" "$ROOT/boot/kiosk.toml" "$ROOT/etc/kiosk/kiosk.toml" \
        "$HERE/kiosk.toml"; do
        [ -n "$file" ] && [ -f "$file" ] && break
        [ -z "$SETTINGS" ] || stop "没有这个文件：$SETTINGS" "There is no such file: $SETTINGS"
        file=-
    done
    python3 "$HERE/files/kiosk-settings" "$file" "$TEMP" "$(uname -n).local" || stop \
        "请改正上面列出的设置，再运行一次。" "Put right what is listed above, then run this again."
    # shellcheck source=/dev/null
    . "$TEMP/install.env"
    if [ "$file" = - ]; then
        SETTLED=no
        say "没有找到 kiosk.toml，按常用设置安装，没有屏幕；村庄在网页上建立。" \
            "There is no kiosk.toml: the usual settings, no screen; the village is made on a page."
    else
        [ "$file" -ef "$ROOT/etc/kiosk/kiosk.toml" ] || cp "$file" "$TEMP/kiosk.toml"
        say "用的是 $file" "Taken from $file"
    fi
    say "网址 $ADDRESS" "Address $ADDRESS"
}

# What is needed and not there, one name a line.
missing_packages() {
    local part name
    while read -r name part; do
        case $name in
        '' | '#'*) continue ;;
        esac
        [ "$part" != screen ] || [ "$SCREEN" = yes ] || continue
        [ "$part" != hotspot ] || [ "$HOTSPOT" = yes ] || continue
        dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || echo "$name"
    done <"$HERE/packages.txt"
}

install_packages() {
    [ -z "$ROOT" ] || { say "跳过（只铺文件）。" "Left out (only files are laid)." && return; }
    local missing
    missing=$(missing_packages)
    [ -n "$missing" ] || { say "都有了。" "All there." && return; }
    say "缺少：${missing//$'\n'/ }" "Missing: ${missing//$'\n'/ }"
    local arch
    arch=$(dpkg --print-architecture)
    export DEBIAN_FRONTEND=noninteractive
    if [ -d "$HERE/debs/$arch" ]; then
        install_debs "$HERE/debs/$arch" && missing=$(missing_packages)
    fi
    if [ -n "$missing" ] && has_way_out; then
        # shellcheck disable=SC2086  # names, one by one
        { apt-get update -q && apt-get install -q -y --no-install-recommends $missing; } >"$TEMP/apt" 2>&1 || tail -n 5 "$TEMP/apt"
        missing=$(missing_packages)
    fi
    [ -n "$missing" ] || { say "装好了。" "Installed." && return; }
    case $missing in
    *dnsmasq-base*) say "没有 dnsmasq-base，热点发不出地址。" "Without dnsmasq-base the hotspot can hand out no addresses." ;;
    esac
    if [ "$SCREEN" = yes ]; then
        # the ledger can be kept without a picture
        say "还缺：${missing//$'\n'/ }。服务照样安装，屏幕等联网后再运行一次 install.sh。" \
            "Still missing: ${missing//$'\n'/ }. The server is installed all the same; for the screen run this again with internet."
    else
        say "还缺：${missing//$'\n'/ }，不影响记分。" "Still missing: ${missing//$'\n'/ }; points can be kept without."
    fi
}

# Whether there is a way out of the village's network; without one apt would try for minutes.
has_way_out() { awk '$2 == "00000000" { found = 1 } END { exit !found }' /proc/net/route 2>/dev/null; }

# Only what is not there, or older: apt refuses to go back.
install_debs() {
    local file name there wanted
    local -a wanting=()
    for file in "$1"/*.deb; do
        [ -e "$file" ] || return 1
        name=$(dpkg-deb -f "$file" Package)
        wanted=$(dpkg-deb -f "$file" Version)
        there=$(dpkg-query -W -f '${Version}' "$name" 2>/dev/null || true)
        if [ -z "$there" ] || dpkg --compare-versions "$there" lt "$wanted"; then wanting+=("$file"); fi
    done
    [ ${#wanting[@]} -gt 0 ] || return 0
    apt-get install -q -y --no-install-recommends "${wanting[@]}" >"$TEMP/apt" 2>&1 && return 0
    tail -n 5 "$TEMP/apt"
    return 1
}

make_users() {
    install -d -m 755 "$ROOT/opt/kiosk" "$ROOT/opt/kiosk/releases" "$ROOT/etc/kiosk"
    [ -z "$ROOT" ] || return 0
    local group
    make_user kiosk /var/lib/kiosk
    if [ "$SCREEN" = yes ]; then
        make_user kiosk-screen /run/kiosk-screen
        # those of the picture; which there are depends on the system
        for group in video render input tty; do
            if getent group "$group" >/dev/null; then usermod -aG "$group" kiosk-screen; fi
        done
    fi
    install -d -m 700 -o kiosk -g kiosk /var/lib/kiosk
    say "数据放在 /var/lib/kiosk" "Data live in /var/lib/kiosk"
}

make_user() {
    getent group "$1" >/dev/null || groupadd --system "$1"
    getent passwd "$1" >/dev/null ||
        useradd --system --gid "$1" --home-dir "$2" --no-create-home --shell /usr/sbin/nologin "$1"
}

# A release is made beside the one that runs, and then takes its place in one move.
install_program() {
    local release folder
    release=$(sed -n 's/^version=//p' "$HERE/MADE")-$(sha256sum "$HERE/SHA256SUMS" | cut -c1-10)
    folder=$ROOT/opt/kiosk/releases/$release
    if [ -e "$folder/.whole" ]; then
        say "$release 已经装好。" "$release is there already."
    else
        rm -rf "$folder"
        python3 -m venv --without-pip "$folder"
        pip_install "$folder" --require-hashes -r "$HERE/requirements.txt"
        pip_install "$folder" --no-deps "$HERE"/wheels/village_kiosk-*.whl
        "$folder/bin/python" -m compileall -q "$folder/lib" >/dev/null || true
        keep_box "$folder/box"
        sync
        touch "$folder/.whole"
        say "$release" "$release"
    fi
    ln -sfn "releases/$release" "$ROOT/opt/kiosk/venv.new"
    mv -T "$ROOT/opt/kiosk/venv.new" "$ROOT/opt/kiosk/venv"
    # whoever runs this wants this version, also if an update was cut short before
    rm -f "$ROOT/opt/kiosk/updating" "$ROOT/var/lib/kiosk/.before-update.db"
}

# What of this version lies elsewhere on the machine: with it, `kiosk update` can go back to this version.
keep_box() {
    local file
    mkdir "$1"
    for file in "$HERE"/*; do
        case ${file##*/} in
        wheels | debs | SHA256SUMS | kiosk.toml) ;;
        *) cp -r "$file" "$1/" ;;
        esac
    done
}

# pip runs from its own wheel: Debian keeps it in a package of its own.
pip_install() {
    local python=$1/bin/python pip
    shift
    pip=$(echo "$HERE"/wheels/pip-*.whl)
    "$python" "$pip/pip" --disable-pip-version-check --no-cache-dir install --no-index --no-compile -q \
        --find-links "$HERE/wheels" "$@" >"$TEMP/pip" 2>&1 && return
    tail -n 20 "$TEMP/pip" >&2
    return 1
}

write_files() {
    local unit page
    place 755 "$HERE/files/kiosk-screen" /opt/kiosk/bin/kiosk-screen
    place 755 "$HERE/files/kiosk-display" /opt/kiosk/bin/kiosk-display
    for name in kiosk-stick kiosk-update kiosk-settle; do place 755 "$HERE/files/$name" "/opt/kiosk/bin/$name"; done
    place 755 "$HERE/files/kiosk" /opt/kiosk/bin/kiosk
    install -d "$ROOT/usr/local/bin"
    for name in kiosk kiosk-stick; do ln -sfn "/opt/kiosk/bin/$name" "$ROOT/usr/local/bin/$name"; done
    place 644 "$HERE/files/70-kiosk-stick.rules" /etc/udev/rules.d/70-kiosk-stick.rules
    place 644 "$HERE/files/starting.html" /opt/kiosk/share/starting.html
    for page in "$HERE"/{README.md,README.zh-CN.md,card.html,wiring.svg,pictures/*}; do
        place 644 "$page" "/opt/kiosk/${page#"$HERE"/}"
    done
    place 755 "$HERE/uninstall.sh" /opt/kiosk/uninstall.sh
    for unit in "$HERE"/units/*; do
        place 644 "$unit" "/etc/systemd/system/${unit##*/}"
    done
    if [ -f "$TEMP/kiosk.toml" ]; then place 600 "$TEMP/kiosk.toml" /etc/kiosk/kiosk.toml; fi
    # beside the data, so that backups hold it too
    if [ -z "$ROOT" ] && [ -f /etc/kiosk/kiosk.toml ]; then
        install -m 600 -o kiosk -g kiosk /etc/kiosk/kiosk.toml /var/lib/kiosk/.kiosk.toml.new
        mv /var/lib/kiosk/.kiosk.toml.new /var/lib/kiosk/kiosk.toml
    fi
    if [ ! -f "$ROOT/etc/kiosk/kiosk.env" ] || [ -f "$ROOT/etc/kiosk/kiosk.toml" ]; then
        place 644 "$TEMP/kiosk.env" /etc/kiosk/kiosk.env
        place 644 "$TEMP/screen.env" /etc/kiosk/screen.env
    fi
    place 644 "$HERE/files/journald.conf" /etc/systemd/journald.conf.d/kiosk.conf
    place 644 "$HERE/files/system.conf" /etc/systemd/system.conf.d/kiosk.conf
    place 644 "$HERE/files/chromium-policy.json" /etc/chromium/policies/managed/kiosk.json
    write_zone
    write_network
}

# place MODE FROM TO: whole or not at all, also when the current fails.
place() {
    install -D -m "$1" "$2" "$ROOT$3.new"
    mv "$ROOT$3.new" "$ROOT$3"
}

write_zone() {
    [ -f "$ROOT/usr/share/zoneinfo/$TIME_ZONE" ] || return 0
    ln -sfn "/usr/share/zoneinfo/$TIME_ZONE" "$ROOT/etc/localtime"
    echo "$TIME_ZONE" >"$ROOT/etc/timezone"
}

# As kiosk.toml says, so it is: what it no longer names is taken away again. Without a kiosk.toml nothing is touched.
write_network() {
    [ "$SETTLED" = yes ] || return 0
    local part
    for part in cable wifi hotspot; do
        keep "$part.nmconnection" 600 "/etc/NetworkManager/system-connections/kiosk-$part.nmconnection"
    done
    keep hotspot.dnsmasq 644 /etc/NetworkManager/dnsmasq-shared.d/kiosk.conf
    if [ -n "$WIFI_COUNTRY" ]; then
        echo "options cfg80211 ieee80211_regdom=$WIFI_COUNTRY" >"$TEMP/wifi.country"
    fi
    keep wifi.country 644 /etc/modprobe.d/kiosk-wifi.conf
    [ -z "$ROOT" ] || return 0
    if ! command -v nmcli >/dev/null; then
        write_network_without_manager
        return 0
    fi
    nmcli connection reload || true
    [ -n "$NETWORK" ] || return 0
    if [ -n "$WIFI_COUNTRY" ]; then
        if command -v raspi-config >/dev/null; then raspi-config nonint do_wifi_country "$WIFI_COUNTRY" || true; fi
        nmcli radio wifi on || true
    fi
    say "网络已写好（${FIXED:-地址由路由器给}），重启后生效。" \
        "The network is written down (${FIXED:-addresses by the router}); it counts after a restart."
}

# keep FILE MODE TO: lay what the settings made of it, or take away what an earlier run laid.
keep() {
    if [ -f "$TEMP/$1" ]; then place "$2" "$TEMP/$1" "$3"; else rm -f "$ROOT$3"; fi
}

# Debian without a desktop: a cable by systemd-networkd if that runs the network, else by the clerk's own hand.
write_network_without_manager() {
    if systemctl is-active -q systemd-networkd; then
        keep cable.network 644 /etc/systemd/network/05-kiosk-cable.network
        if [ -f "$TEMP/cable.network" ]; then
            say "网线的固定地址已写好（$FIXED），重启后生效。" "The cable's fixed address is written down ($FIXED); it counts after a restart."
        fi
    elif [ -f "$TEMP/cable.network" ]; then
        say "这个系统没有 NetworkManager，固定地址没有设上。请在路由器里把 ${FIXED%/*} 固定给这台机器；或者先运行 sudo apt install network-manager，再运行一次 install.sh。" \
            "This system has no NetworkManager; the address was not fixed. Let the router keep ${FIXED%/*} for this machine; or run sudo apt install network-manager first, then this again."
    fi
    case $NETWORK in
    *wifi* | *hotspot*)
        say "Wi-Fi 和热点需要 NetworkManager：先运行 sudo apt install network-manager，再运行一次 install.sh。" \
            "Wi-Fi and hotspot need NetworkManager: run sudo apt install network-manager, then this again."
        ;;
    esac
}

# Only where nothing is yet; afterwards the office's pages are the place for it.
make_village() {
    [ -z "$ROOT" ] || { say "跳过（只铺文件）。" "Left out (only files are laid)." && return; }
    [ -e /var/lib/kiosk/backup.key ] || NEW_PHRASE=$(as_kiosk kiosk backup-key 2>/dev/null) || NEW_PHRASE=
    if [ -z "$VILLAGE_CODE" ]; then
        say "kiosk.toml 里没有村庄：启动后在网页上建立。" "kiosk.toml names no village: make it on the page after the start."
        return
    fi
    local made=/var/lib/kiosk/.installed
    if [ -e "$made" ] || { [ -e /var/lib/kiosk/kiosk.db ] && [ ! -e /var/lib/kiosk/.installing ]; }; then
        say "已有数据，没有动。" "There are data already; they were left alone."
        return
    fi
    as_kiosk touch /var/lib/kiosk/.installing
    local -a more=()
    [ -z "$PUBLIC_NAMES" ] || more+=(--public-names "$PUBLIC_NAMES")
    [ -z "$SCREEN_ON" ] || more+=(--screen-on "$SCREEN_ON" --screen-off "$SCREEN_OFF")
    # a first run that was cut short may have come as far as this
    as_kiosk kiosk export roster --village "$VILLAGE_CODE" -o /dev/null 2>/dev/null ||
        as_kiosk kiosk village add "$VILLAGE_CODE" "$VILLAGE_NAME" "${more[@]}"
    as_kiosk kiosk import rulebook "$(echo /opt/kiosk/venv/lib/python*/site-packages/kiosk/rulebooks/default.toml)"
    [ -z "$ADMIN_NAME" ] || make_administrator
    as_kiosk touch "$made"
    rm -f /var/lib/kiosk/.installing
}

make_administrator() {
    NEW_PASSWORD=$(python3 -c '
import secrets
letters = "abcdefghjkmnpqrstuvwxyz23456789"
print("-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3)))')
    as_kiosk kiosk user add "$ADMIN_NAME" --role admin --village "$VILLAGE_CODE" --password-stdin <<<"$NEW_PASSWORD" && return
    NEW_PASSWORD=
    say "管理员没有建立，原因见上面。可以用命令建立：kiosk user add 姓名 --role admin --village $VILLAGE_CODE" \
        "No administrator was made; why stands above. By command: kiosk user add NAME --role admin --village $VILLAGE_CODE"
}

# As the user who serves, with the box's settings.
as_kiosk() {
    (
        set -a
        # shellcheck source=/dev/null
        . /etc/kiosk/kiosk.env
        set +a
        cd /var/lib/kiosk
        umask 077
        exec setpriv --reuid kiosk --regid kiosk --clear-groups env HOME=/var/lib/kiosk PATH="/opt/kiosk/venv/bin:$PATH" "$@"
    )
}

enable() {
    systemctl daemon-reload
    systemctl enable -q kiosk.service kiosk-settle.service kiosk-backup.timer kiosk-stick.timer
    systemctl restart --no-block kiosk-backup.timer kiosk-stick.timer
    # a stick that is in already counts as plugged in now
    if udevadm control --reload 2>/dev/null; then udevadm trigger --subsystem-match=block || true; fi
}

start() {
    [ -z "$ROOT" ] || { say "跳过（只铺文件）。" "Left out (only files are laid)." && return; }
    enable
    systemctl try-restart systemd-journald.service || true
    # notify: this returns when it serves
    systemctl restart kiosk.service || {
        journalctl -u kiosk.service -n 15 --no-pager >&2 || true
        stop "服务没有启动，原因见上面。" "The server did not start; why stands above."
    }
    look_at_health
    start_screen
}

look_at_health() {
    python3 - "$SERVER/healthz" <<'PY' || stop "服务启动了，但自检不通过（见上面）。" "The server runs, but does not find itself well (see above)."
import sys, time
from urllib.error import HTTPError
from urllib.request import urlopen

for left in range(30, -1, -1):
    try:
        sys.exit(urlopen(sys.argv[1], timeout=5).status != 200)
    except HTTPError as error:
        told = error.read().decode()
    except OSError as error:
        told = str(error)
    time.sleep(1)
sys.exit(told)
PY
    say "服务正常。" "The server answers and is well."
}

start_screen() {
    if [ "$SCREEN" = yes ] && command -v cage >/dev/null && command -v chromium >/dev/null; then
        place 644 "$HERE/files/screen-slice.conf" "/etc/systemd/system/user-$(id -u kiosk-screen).slice.d/kiosk.conf"
        systemctl daemon-reload
        systemctl enable -q kiosk-screen.service
        systemctl restart --no-block kiosk-screen.service
        say "屏幕正在打开。" "The screen is coming up."
    else
        systemctl disable -q --now kiosk-screen.service 2>/dev/null || true
    fi
}

# Taken once: from now on the copy in /etc/kiosk is the one to change, until another is put onto the card.
put_the_cards_file_aside() {
    local file
    for file in "$ROOT/boot/firmware/kiosk.toml" "$ROOT/boot/kiosk.toml"; do
        [ ! -f "$file" ] || mv "$file" "${file%.toml}.installed.toml" || true
    done
}

tell_the_end() {
    put_the_cards_file_aside
    printf '\n✓ 装好了。  Done.\n\n'
    [ -z "$ROOT" ] || return 0
    say "网址 $ADDRESS" "Address $ADDRESS"
    if [ -n "$NEW_PASSWORD" ]; then
        printf '\n   管理员 / administrator: %s\n   第一次的密码 / first password: %s\n' "$ADMIN_NAME" "$NEW_PASSWORD"
        say "请抄下来，它不会再显示；登录后在“修改密码”里换掉。" \
            "Write it down, it is not shown again; sign in and choose your own."
    elif [ -z "$VILLAGE_CODE" ]; then
        say "现在就打开 $ADDRESS/setup 建立村庄和管理员：先到的人就是管理员。" \
            "Open $ADDRESS/setup now and make the village: whoever comes first becomes its administrator."
    fi
    if [ -n "$NEW_PHRASE" ]; then
        printf '\n   恢复口令 / recovery phrase: %s\n' "$NEW_PHRASE"
        say "请抄在纸上，和盒子、U 盘分开放（比如村委会的保险柜）：盒子坏了，U 盘上的备份只有它能打开。它不会再显示。" \
            "Write it on paper and keep it away from box and stick: if the box dies, nothing else opens the copies on the
   stick. It is not shown again."
    fi
    say "卸载用 sudo bash /opt/kiosk/uninstall.sh，数据会留下。" \
        "To take it away: sudo bash /opt/kiosk/uninstall.sh; the data stay."
}

main "$@"
