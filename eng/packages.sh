#!/bin/sh
# Debian packages by purpose. `eng/packages.sh build|quickstart|test` installs what is missing when it runs as root,
# and otherwise says what to install. A package that the archive doesn't have is named, and for tests only skipped:
# the tests that want it say so by name.
set -eu

build='clang lld zlib1g-dev libseccomp-dev libsqlite3-dev libc6-dev ca-certificates'
quickstart='busybox-static mmdebstrap curl'
test='busybox-static skopeo umoci strace curl docker-registry iproute2 nftables libcap2-bin git xz-utils bzip2 zstd zsh fish attr docker.io python3-docker python3-yaml mmdebstrap'

purpose=${1:?purpose}
case $purpose in
  build) wanted=$build ;;
  quickstart) wanted="$build $quickstart" ;;
  test) wanted="$build $test" ;;
  *) echo "eng/packages.sh: unknown purpose '$purpose'" >&2; exit 2 ;;
esac

missing=
for package in $wanted; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
if ! command -v dotnet >/dev/null 2>&1; then
  echo "The .NET 10 SDK is missing: put dotnet on PATH (https://dotnet.microsoft.com/download)." >&2
  exit 1
fi
[ -z "$missing" ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
  echo "These Debian packages are missing:$missing" >&2
  echo "Install them with: sudo apt-get install$missing" >&2
  exit 1
fi
echo "Installing:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "apt-get could not install:$missing" >&2
  exit 1
fi
