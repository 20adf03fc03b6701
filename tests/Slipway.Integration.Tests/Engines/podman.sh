. "$(dirname "$0")/common.sh"
trap 'tidy_cgroups libpod_parent' EXIT
# Below the host's own limits, which podman would try to raise.
LIMITS="--ulimit nofile=1024:1024 --ulimit nproc=1024:1024 --network none"
mkdir -p "$SCRATCH/tmp"
podman() {
  command podman --root "$SCRATCH/root" --runroot "$SCRATCH/run" --tmpdir "$SCRATCH/tmp" --cgroup-manager cgroupfs --events-backend none --runtime "$RUNTIME" "$@"
}
image | podman import - test >/dev/null 2>&1
echo "run: $(podman run --rm $LIMITS test echo hello)"
podman run --rm $LIMITS -u 1000 test sh -c 'exit 7'
echo "exit: $?"
podman run --rm $LIMITS test nope 2>/dev/null
echo "not found: $?"
echo "input: $(echo piped | podman run -i --rm $LIMITS test cat)"
podman run -d $LIMITS --name one test sleep 1000 >/dev/null
echo "exec: $(podman exec one echo inside)"
echo "exec terminal: $(podman exec -t one tty | tr -d '\r')"
podman pause one >/dev/null
echo "paused: $(podman inspect -f '{{.State.Status}}' one)"
podman unpause one >/dev/null
podman stop -t 0 one >/dev/null 2>&1
echo "stopped: $(podman inspect -f '{{.State.Status}} {{.State.ExitCode}}' one)"
podman rm one >/dev/null
echo "left: $(podman ps -aq | wc -l)"
