#!/bin/bash
# Takes the village points kiosk off this machine. The data (/var/lib/kiosk) and the settings (/etc/kiosk) stay.
#
#   sudo bash uninstall.sh
set -euo pipefail

say() { printf '%s\n%s\n' "$1" "$2"; }

if [ "$(id -u)" != 0 ]; then
    say "请这样运行：sudo bash uninstall.sh" "Run it so: sudo bash uninstall.sh" >&2
    exit 1
fi

say "停止服务 …" "Stopping the services …"
units=(kiosk-backup.timer kiosk-stick.timer kiosk-settle.service kiosk-screen.service kiosk.service)
for unit in "${units[@]}"; do
    systemctl disable -q --now "$unit" 2>/dev/null || true
done
# a backup under way is finished first
systemctl stop kiosk-backup.service kiosk-stick.service 2>/dev/null || true

say "删除程序和服务 …" "Taking program and services away …"
rm -f /etc/systemd/system/kiosk.service /etc/systemd/system/kiosk-screen.service \
    /etc/systemd/system/kiosk-{backup,stick}.{service,timer} /etc/systemd/system/kiosk-settle.service \
    /etc/udev/rules.d/70-kiosk-stick.rules \
    /etc/systemd/journald.conf.d/kiosk.conf /etc/systemd/system.conf.d/kiosk.conf \
    /etc/chromium/policies/managed/kiosk.json \
    /etc/NetworkManager/system-connections/kiosk-{cable,wifi,hotspot}.nmconnection \
    /etc/NetworkManager/dnsmasq-shared.d/kiosk.conf /etc/systemd/network/05-kiosk-cable.network \
    /etc/modprobe.d/kiosk-wifi.conf
if uid=$(id -u kiosk-screen 2>/dev/null); then rm -rf "/etc/systemd/system/user-$uid.slice.d"; fi
for name in kiosk kiosk-stick; do [ ! -L "/usr/local/bin/$name" ] || rm "/usr/local/bin/$name"; done
rm -rf /opt/kiosk
systemctl daemon-reload
systemctl try-restart systemd-journald.service || true
systemctl start --no-block getty@tty1.service 2>/dev/null || true

say "✓ 卸载完成。数据还在 /var/lib/kiosk，设置还在 /etc/kiosk；再运行 install.sh 就接着用。" \
    "✓ Done. The data are still in /var/lib/kiosk, the settings in /etc/kiosk; install.sh goes on with them."
say "确实不要数据了才运行：sudo rm -r /var/lib/kiosk /etc/kiosk" \
    "Only if you want the data gone for good: sudo rm -r /var/lib/kiosk /etc/kiosk"
