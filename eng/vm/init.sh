#!/bin/sh
# The first process of the machine that eng/vm/run starts: arranges the control groups, runs /command, says how it ended, and switches off.
export PATH=/bin:/usr/bin HOME=/root DOTNET_ROOT=/usr/share/dotnet DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_NOLOGO=1 TERM=dumb
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev 2>/dev/null
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t tmpfs run /run
ip link set lo up
hostname vm

option() { sed -n "s/.*$1=\([^ ]*\).*/\1/p" /proc/cmdline; }
v1() {
  mount -t tmpfs cgroup /sys/fs/cgroup
  for controller in $(awk '$4 == 1 { print $1 }' /proc/cgroups); do
    mkdir "/sys/fs/cgroup/$controller"
    mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller"
  done
}
case $(option slipway.cgroups) in
v1) v1 ;;
v2) mount -t cgroup2 cgroup2 /sys/fs/cgroup ;;
hybrid)
  v1
  mkdir /sys/fs/cgroup/unified
  mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified
  ;;
esac
cd "$(option slipway.repo)"
(eval "$(cat /command)") </dev/null
echo "vm-exit: $?"
sync
poweroff -f
