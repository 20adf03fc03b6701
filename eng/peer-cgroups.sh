# Sourced before a docker, containerd or podman is started that is here for tests and measurements.
# Removes what an engine has made above its containers' cgroups, where nothing is in it: tidy_cgroups docker. Where a hierarchy isn't mounted podman
# makes ordinary files in its place.
cgroups() { find /sys/fs/cgroup -mindepth 2 -maxdepth 2 -type d | sort; }
cgroups_before=$(cgroups)
tidy_cgroups() {
  comm -13 <(echo "$cgroups_before") <(cgroups) | { grep "/$1\$" || true; } | while read -r top; do
    if [ "$(stat -f -c %T "$top")" = tmpfs ]; then find "$top" -type f -delete; fi
    find "$top" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
}
