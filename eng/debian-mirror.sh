#!/bin/sh
# Prints where this host has its own Debian packages from: no place is written down here. Nothing, where apt doesn't say.
set -eu
apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sed '/security/d' | sort -u | sed -n 1p
