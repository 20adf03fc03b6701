# What a container must do on any arrangement of control groups. Run by CgroupHostTests in a machine of eng/vm/run, with the checkout as
# the working directory; every line that it prints is an expectation there.
export SLIPWAY_DATA=/var/slipway-data SLIPWAY_RUN=/run/slipway-run
slip=out/slip
root=$(mktemp -d)
mkdir "$root/bin"
cp /bin/busybox "$root/bin/"
for applet in sh cat echo head grep sleep mknod true; do ln -s busybox "$root/bin/$applet"; done
tar -C "$root" -cf "$root.tar" .
$slip import "$root.tar" box >/dev/null
run() { $slip run --network none "$@" 2>&1; }

echo "arrangement: $($slip info | sed -n 's/^ cgroups: //p')"
echo "plain: $(run --rm box echo hello)"
echo "limits: $(run --rm -m 64m --cpus 0.5 --pids-limit 20 box sh -c 'cd /sys/fs/cgroup; cat memory.max cpu.max pids.max 2>/dev/null || cat memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us pids/pids.max' | tr '\n' ' ')"
echo "pids: $(run --rm --pids-limit 4 box sh -c 'for i in 1 2 3 4 5 6; do sleep 1 & done; wait' | grep -c 'fork')"
run --name oom -m 16m box grep -c x /dev/zero >/dev/null
echo "oom: $? $($slip inspect -f '{{.State.OOMKilled}}' oom)"
echo "devices: $(run --rm --cap-add MKNOD box sh -c 'mknod /kmsg c 1 11; cat /kmsg 2>&1; mknod /nothing c 1 3; echo x > /nothing && echo null works' | tr '\n' ';')"
run -d --name box box sh -c 'trap "exit 3" TERM; while :; do sleep 0.1; done' >/dev/null
echo "exec: $($slip exec box echo inside)"
$slip pause box >/dev/null
echo "paused: $($slip inspect -f '{{.State.Status}}' box)"
$slip unpause box >/dev/null
$slip commit box image >/dev/null
echo "after commit: $($slip inspect -f '{{.State.Status}}' box)"
$slip exec -d box sleep 1000
$slip stop box >/dev/null
echo "stopped: $($slip inspect -f '{{.State.Status}} {{.State.ExitCode}}' box)"
$slip start box >/dev/null
$slip rm -f box oom >/dev/null
echo "left: $(find /sys/fs/cgroup -path '*/slipway/*' -type d | wc -l)"
