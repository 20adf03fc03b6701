#!/bin/sh
# What a run of the engine could leave on the machine, one line each: the test script compares before and after.
findmnt -rno TARGET | sort | sed 's/^/mount /'
ls /sys/class/net | sed 's/^/link /'
nft list tables 2>/dev/null | sed -n 's/.*slipway/nft table slipway/p'
# Also what the engines beside ours make, and names that a test has harmed.
find /sys/fs/cgroup -maxdepth 3 -type d \( -path '*slip*' -o -path '*way-tests*' -o -name docker -o -name default -o -name libpod_parent \) 2>/dev/null | sort | sed 's/^/cgroup /'
ps -eo args | grep -E '[s]lip-runtime|[s]lip (run|build)' | sed 's/^/process /'
find /run/slipway* /var/lib/slipway* "${TMPDIR:-/tmp}" -maxdepth 1 -name 'slip*' 2>/dev/null | sort | sed 's/^/file /'
[ -c /dev/null ] || echo 'file /dev/null is no device any more'
exit 0
