#!/bin/sh
# The root file system of a PostgreSQL server, out of Debian's packages: out/postgres-base.tar, made once. For a test of clients that bring up a
# database; it must be made before, since the tests have no network.
set -eu
cd "$(dirname "$0")/.."
base=out/postgres-base.tar
[ ! -s "$base" ] || exit 0
mkdir -p out
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
# In a mount namespace of its own: what it mounts in the new root ends with it. No server is set up in it, nor started.
unshare --mount --propagation private mmdebstrap --quiet --mode=root --variant=essential --include=postgresql \
  --essential-hook='mkdir -p "$1/etc/postgresql-common" && echo "create_main_cluster = false" >"$1/etc/postgresql-common/createcluster.conf"' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  "$codename" "$base.part.tar"
mv "$base.part.tar" "$base"
