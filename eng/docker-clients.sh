#!/bin/sh
# Brings docker's command line with buildx and compose, and podman's generator of units, into DIR, out of Debian trixie's packages, beside whatever this host has: the
# tests of BuildKit's door, of compose and of units want them, and older Debians haven't got them. Into DIR/newer comes the buildx of Debian's next release, which asks more
# of an engine. Nothing is installed.
#   eng/docker-clients.sh DIR       does nothing where it is; says why, and fails, where it can't be had
set -eu
dir=${1:?directory}
[ -x "$dir/usr/bin/docker" ] && [ -d "$dir/newer" ] && exit 0
keys=/usr/share/keyrings/debian-archive-keyring.gpg
command -v apt-get >/dev/null && [ -f "$keys" ] || { echo "eng/docker-clients.sh: apt-get and debian-archive-keyring are needed" >&2; exit 1; }
mirror=$("$(dirname "$0")/debian-mirror.sh")
[ -n "$mirror" ] || { echo "eng/docker-clients.sh: apt doesn't say where this host has its packages from" >&2; exit 1; }

# Unpacks the newest PACKAGES of a RELEASE into DIR.
bring() { # RELEASE DIR PACKAGE...
  release=$1; to=$2; shift 2
  work=$made/$release
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/debs" "$to"
  touch "$work/status"
  echo "deb [signed-by=$keys] $mirror $release main" >"$work/sources.list"
  cat >"$work/apt.conf" <<END
Dir::State "$work";
Dir::State::status "$work/status";
Dir::Cache "$work/cache";
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "-";
APT::Sandbox::User "";
END
  if ! { cd "$work/debs" && apt-get -q -c ../apt.conf update && apt-get -q -c ../apt.conf download "$@"; } >"$work/log" 2>&1; then
    tail -n 5 "$work/log" >&2
    exit 1
  fi
  for deb in *.deb; do dpkg-deb -x "$deb" "$to"; done
  cd "$made"
  rm -rf "$work"
}

case $dir in /*) ;; *) dir=$PWD/$dir ;; esac
made=$dir.new
rm -rf "$made"
bring trixie "$made" docker-cli docker-buildx docker-compose podman
bring forky "$made/newer" docker-buildx
# Of podman only the generator: tests beside podman itself want the host's.
rm -rf "$made/usr/bin/podman" "$made/usr/lib" "$made/etc" "$made/usr/share" "$made/newer/usr/share"
rm -rf "$dir"
mv "$made" "$dir"
