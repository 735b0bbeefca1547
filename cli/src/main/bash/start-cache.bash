#!/usr/bin/env bash
# Makes the start cache of the build, cli/target/caisson.aot (ADR 25): rehearses a study in one JVM
# that records which classes it loads and what it calls. The build runs this last. It always ends
# well: Caisson works without the cache, only it starts more slowly.
set -euo pipefail

here=$(cd "${BASH_SOURCE[0]%/*}" && pwd -P)
root=$(cd "$here/../../../.." && pwd -P)
target=$root/cli/target
cache=$target/caisson.aot
folder=$target/start-cache
log=$target/start-cache.log
seconds=300 # bounds a hang; on two idle cores it takes ten

# shellcheck source=cli/src/main/bash/jdk.bash
. "$here/jdk.bash"
# shellcheck source=cli/src/main/bash/arguments.bash
. "$here/arguments.bash"

# Whether this JVM would start with the cache that is there, for these jars.
is_fresh() {
  [[ -s $cache ]] &&
    "$jdk/bin/java" "@$folder/arguments" -XX:AOTMode=on "-XX:AOTCache=$cache" -version
}

make_cache() {
  local jdk
  jdk=$(find_jdk) || return 1
  rm -rf "$folder" || return 1
  mkdir -p "$folder/tmp" || return 1
  write_arguments "$root" "$folder/arguments" || return 1
  ! is_fresh || return 0
  CAISSON_CACHE=$folder timeout "$seconds" "$jdk/bin/java" "@$folder/arguments" -Xmx384m \
    "-Djava.io.tmpdir=$folder/tmp" "-Djna.tmpdir=$folder/tmp" \
    "-XX:AOTCacheOutput=$folder/caisson.aot" '-Xlog:aot*=off' \
    dev.caisson.cli.Main bench rehearsal --folder "$folder/homes" </dev/null || return 1
  [[ -s $folder/caisson.aot ]] || return 1
  mv -f "$folder/caisson.aot" "$cache"
}

if make_cache >"$log" 2>&1; then
  rm -rf "$folder"
else
  rm -rf "$folder" "$cache" || true
  printf '[WARNING] no start cache was made: Caisson works, but starts more slowly. Why is in %s\n' "$log"
fi
