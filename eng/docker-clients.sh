#!/bin/sh
# Brings docker's command line with buildx and compose, and podman's generator of units, into DIR, out of Debian trixie's packages, beside whatever this host has: the
# tests of BuildKit's door, of compose and of units want them, and older Debians haven't got them. Nothing is installed.
#   eng/docker-clients.sh DIR       does nothing where it is; says why, and fails, where it can't be had
set -eu
dir=${1:?directory}
[ -x "$dir/usr/bin/docker" ] && exit 0
keys=/usr/share/keyrings/debian-archive-keyring.gpg
command -v apt-get >/dev/null && [ -f "$keys" ] || { echo "eng/docker-clients.sh: apt-get and debian-archive-keyring are needed" >&2; exit 1; }
mirror=$("$(dirname "$0")/debian-mirror.sh")
[ -n "$mirror" ] || { echo "eng/docker-clients.sh: apt doesn't say where this host has its packages from" >&2; exit 1; }

made=$dir.new
rm -rf "$made"
mkdir -p "$made/apt/lists/partial" "$made/apt/cache/archives/partial" "$made/debs"
touch "$made/apt/status"
echo "deb [signed-by=$keys] $mirror trixie main" >"$made/apt/sources.list"
cat >"$made/apt/apt.conf" <<END
Dir::State "$made/apt";
Dir::State::status "$made/apt/status";
Dir::Cache "$made/apt/cache";
Dir::Etc::sourcelist "$made/apt/sources.list";
Dir::Etc::sourceparts "-";
APT::Sandbox::User "";
END
cd "$made/debs"
if ! { apt-get -q -c ../apt/apt.conf update && apt-get -q -c ../apt/apt.conf download docker-cli docker-buildx docker-compose podman; } >"$made/log" 2>&1; then
  tail -n 5 "$made/log" >&2
  exit 1
fi
for deb in *.deb; do dpkg-deb -x "$deb" "$made"; done
# Of podman only the generator: tests beside podman itself want the host's.
rm -rf "$made/usr/bin/podman" "$made/usr/lib" "$made/etc" "$made/debs" "$made/apt" "$made/usr/share" "$made/log"
rm -rf "$dir"
mv "$made" "$dir"
