#!/bin/sh
# Prints what the compiler is told of the commit that is built, and of when: the commit's own time, so that one commit gives one
# program. SOURCE_DATE_EPOCH goes before that, as everywhere (reproducible-builds.org). Prints nothing of what isn't known.
set -eu
cd "$(dirname "$0")/.."
commit= seconds=${SOURCE_DATE_EPOCH:-}
# This checkout's: an unpacked archive may lie in somebody else's.
if [ -e .git ] && head=$(git rev-parse --verify HEAD 2>/dev/null); then
  commit=$(printf %.7s "$head")
  git diff --quiet HEAD 2>/dev/null || commit=$commit-dirty
  seconds=${seconds:-$(git log -1 --format=%ct)}
fi
[ -z "$commit" ] || echo "-p:SlipwayCommit=$commit"
[ -z "$seconds" ] || echo "-p:SlipwayBuildTime=$(date -u -d "@$seconds" +%Y-%m-%dT%H:%M:%S.000000000+00:00)"
