. "$(dirname "$0")/common.sh"
mkdir -p "$SCRATCH/state"
dockerd --data-root "$SCRATCH/data" --exec-root "$SCRATCH/exec" --pidfile "$SCRATCH/pid" -H "unix://$SCRATCH/sock" --bridge none --iptables=false --ip6tables=false \
  --storage-driver vfs --add-runtime "slipway=$RUNTIME" --default-runtime slipway >"$SCRATCH/log" 2>&1 &
daemon=$!
trap 'kill $daemon; wait $daemon; tidy_cgroups docker' EXIT
docker() { command docker -H "unix://$SCRATCH/sock" "$@"; }
settle docker version
image | docker import - test >/dev/null
echo "run: $(docker run --rm --network none test echo hello)"
docker run --rm --network none -u 1000 test sh -c 'exit 7'
echo "exit: $?"
docker run --rm --network none test nope 2>/dev/null
echo "not found: $?"
docker run --rm --network none test /tmp 2>/dev/null
echo "not executable: $?"
echo "input: $(echo piped | docker run -i --rm --network none test cat)"
docker run -d --network none --name one test sleep 1000 >/dev/null
echo "exec: $(docker exec one echo inside)"
echo "exec terminal: $(docker exec -t one tty | tr -d '\r')"
docker pause one >/dev/null
echo "paused: $(docker inspect -f '{{.State.Status}}' one)"
docker unpause one >/dev/null
docker update --memory 64m --memory-swap 128m one >/dev/null
echo "updated: $(docker inspect -f '{{.HostConfig.Memory}}' one)"
docker stop -t 0 one >/dev/null
echo "stopped: $(docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' one)"
docker rm one >/dev/null
echo "privileged: $(docker run --rm --network none --privileged test sh -c 'mount -t tmpfs none /tmp && echo mounted')"
echo "left: $(docker ps -aq | wc -l)"
