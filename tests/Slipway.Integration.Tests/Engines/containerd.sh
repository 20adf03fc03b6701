. "$(dirname "$0")/common.sh"
cat >"$SCRATCH/config.toml" <<END
version = 2
root = "$SCRATCH/root"
state = "$SCRATCH/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "$SCRATCH/sock"
END
containerd --config "$SCRATCH/config.toml" >"$SCRATCH/log" 2>&1 &
daemon=$!
trap 'kill $daemon; wait $daemon; tidy_cgroups default' EXIT
ctr() { command ctr -a "$SCRATCH/sock" "$@"; }
run() { ctr run --runc-binary "$RUNTIME" --rootfs "$@"; }
settle ctr version
echo "run: $(run --rm "$SCRATCH/rootfs" one /bin/echo hello)"
run --rm "$SCRATCH/rootfs" two /bin/sh -c 'exit 7'
echo "exit: $?"
run -d "$SCRATCH/rootfs" three /bin/sleep 1000
# Into a file: ctr gives up on an exec's output that it has not begun to read by its end, with any runtime.
ctr task exec --exec-id e three /bin/sh -c 'echo inside >/tmp/exec'
echo "exec: $(cat "$SCRATCH/rootfs/tmp/exec")"
ctr task pause three
echo "paused: $(ctr task ls | grep -c PAUSED)"
ctr task resume three
ctr task kill -s KILL three
settle sh -c "command ctr -a $SCRATCH/sock task ls | grep -q STOPPED"
ctr task rm three >/dev/null 2>&1
ctr container rm three
echo "left: $(ctr container ls -q | wc -l)"
