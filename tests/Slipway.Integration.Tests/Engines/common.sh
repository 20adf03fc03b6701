# Sourced: RUNTIME and SCRATCH are set. Runs in mount and network namespaces of its own; everything lies on a tmpfs that goes with it.
set -u
busybox ip link set lo up
umount -l /sys/fs/cgroup/unified 2>/dev/null # an empty v2 tree beside v1 confuses these engines
mount -t tmpfs tmpfs "$SCRATCH"
mkdir -p "$SCRATCH/rootfs/bin" "$SCRATCH/rootfs/tmp"
cp /bin/busybox "$SCRATCH/rootfs/bin/"
for name in sh cat echo id sleep tty ls grep mount; do ln -s busybox "$SCRATCH/rootfs/bin/$name"; done
. "$(dirname "$0")/../../../eng/peer-cgroups.sh"
image() { tar -C "$SCRATCH/rootfs" -c .; }
# Waits for a command to succeed, 10 s at most.
settle() { for _ in $(seq 100); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done; echo "never: $*"; exit 1; }
