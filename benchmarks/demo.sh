#!/usr/bin/env bash
# Measures the demo on this machine and writes a dated file into benchmarks/results.
#
#   benchmarks/demo.sh           seconds of --help, seconds of the demo, peak memory of each process
#   benchmarks/demo.sh --fresh   also: a fresh clone of HEAD with an empty Maven repository and an empty
#                                cache: seconds of the build and of the first demo, megabytes fetched
#
# Other arguments go to the demo, e.g. benchmarks/demo.sh --seeds 1. Memory is VmHWM of
# /proc/PID/status, which the kernel keeps itself, read five times a second: it misses only growth
# in a process's last fifth of a second. Run it on a machine that does nothing else.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

fresh=
if [[ ${1:-} == --fresh ]]; then
  fresh=yes
  shift
fi

# shellcheck source=cli/src/main/bash/jdk.bash
. cli/src/main/bash/jdk.bash
jdk=$(find_jdk)
work=$(mktemp -d "${TMPDIR:-/tmp}/caisson-benchmark.XXXXXX")
trap 'rm -rf "$work"' EXIT

milliseconds() { echo $(($(date +%s%N) / 1000000)); }
seconds() { printf '%d.%01d' $(($1 / 1000)) $(($1 % 1000 / 100)); }

# A member of the demo's JSON line on stdin.
figure() { sed -n 's/.*"'"$1"'" *: *\([^,}]*\).*/\1/p'; }

# This process and all that came of it.
family() {
  local child children task
  echo "$1"
  for task in "/proc/$1/task"/*/children; do
    children=()
    read -r -a children 2>/dev/null <"$task" || true # the kernel ends the line with a blank alone
    for child in ${children[@]+"${children[@]}"}; do
      family "$child"
    done
  done
}

# "site gbsg" for the Java process whose command line is that of a site's agent.
name_of() {
  local words word command='' home=
  mapfile -d '' -t words 2>/dev/null <"/proc/$1/cmdline" || return 0
  while ((${#words[@]} > 0)) && [[ ${words[0]} != dev.caisson.cli.Main ]]; do
    words=("${words[@]:1}")
  done
  ((${#words[@]} > 1)) || return 0
  command=${words[1]}
  for word in "${words[@]}"; do
    [[ $home != next ]] || home=${word##*/}
    [[ $word != --home ]] || home=next
  done
  [[ $command == "$home" ]] || command+=${home:+ $home}
  echo "$command"
}

# Watches a process and its descendants until it ends; writes "kilobytes name" lines, one a process.
watch_memory() {
  local pid name peak
  local -A peaks=()
  while kill -0 "$1" 2>/dev/null; do
    for pid in $(family "$1"); do
      name=$(name_of "$pid")
      peak=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status" 2>/dev/null) || continue
      if [[ -n $name && -n $peak ]] && ((peak > ${peaks[$name]:-0})); then
        peaks[$name]=$peak
      fi
    done
    sleep 0.2
  done
  for name in "${!peaks[@]}"; do
    echo "${peaks[$name]} $name"
  done | sort -k2 >"$2"
}

echo 'building, if need be' >&2
./caisson version >"$work/version"
commit=$(git describe --always --dirty --abbrev=12 2>/dev/null || echo unknown)
stamp=$(date -u +%Y-%m-%d-%H%M)
load_before=$(cut -d ' ' -f 1-3 /proc/loadavg)

echo 'timing --help, 11 times' >&2
for _ in 1 2 3 4 5 6 7 8 9 10 11; do
  start=$(milliseconds)
  ./caisson --help >"$work/help"
  echo $(($(milliseconds) - start))
done | sort -n >"$work/help-times"

echo 'running the demo' >&2
start=$(milliseconds)
./caisson demo --json --workdir "$work/demo" "$@" >"$work/demo.out" 2>"$work/demo.err" &
demo=$!
watch_memory "$demo" "$work/memory"
wait "$demo" || {
  cat "$work/demo.err" >&2
  exit 1
}
demo_time=$(($(milliseconds) - start))
result=$(tail -n 1 "$work/demo.out")

if [[ -n $fresh ]]; then
  echo 'a fresh clone with an empty Maven repository' >&2
  git clone -q . "$work/clone"
  export CAISSON_CACHE=$work/cache
  export MAVEN_OPTS="-Dmaven.repo.local=$work/repository ${MAVEN_OPTS:-}"
  start=$(milliseconds)
  "$work/clone/caisson" version >"$work/fresh-version"
  build_time=$(($(milliseconds) - start))
  start=$(milliseconds)
  "$work/clone/caisson" demo --json --workdir "$work/fresh-demo" "$@" >"$work/fresh.out"
  fresh_time=$(($(milliseconds) - start))
  repository=$(du -sm "$work/repository" | cut -f 1)
  unpacked=$(du -sm "$work/cache" | cut -f 1)
fi

file=benchmarks/results/$stamp-$commit.md
mkdir -p benchmarks/results
{
  echo "# The demo on $stamp (UTC), commit $commit"
  echo
  echo '| | |'
  echo '|---|---|'
  echo "| processor | $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores |"
  echo "| memory | $(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 1024)) MiB |"
  echo "| kernel | $(uname -sr) |"
  echo "| JDK | $(sed -n 's/^IMPLEMENTOR_VERSION=\|^JAVA_RUNTIME_VERSION=//p' "$jdk/release" | tr -d '"' | paste -sd ' ') |"
  echo "| load average before | $load_before |"
  echo "| demo's options | ${*:-none} |"
  echo
  echo '| what | figure |'
  echo '|---|---|'
  echo "| \`./caisson --help\`, 11 runs: least, median, most | $(sed -n '1p;6p;11p' "$work/help-times" | paste -sd ' ' | sed 's/ / ms, /g') ms |"
  echo "| \`./caisson demo\`, from start to prompt | $(seconds "$demo_time") s |"
  echo "| as the demo counts it | $(figure seconds <<<"$result") s |"
  echo "| federated AUC, pooled AUC | $(printf '%.4f, %.4f' "$(figure federatedAuc <<<"$result")" "$(figure pooledAuc <<<"$result")") |"
  if [[ -n $fresh ]]; then
    echo "| fresh clone, empty Maven repository: build | $(seconds "$build_time") s |"
    echo "| then its first demo | $(seconds "$fresh_time") s |"
    echo "| Maven repository afterwards | $repository MB |"
    echo "| natives unpacked into the cache | $unpacked MB |"
  fi
  echo
  echo '| process | most resident memory |'
  echo '|---|---|'
  while read -r kilobytes name; do
    echo "| $name | $((kilobytes / 1024)) MiB |"
  done <"$work/memory"
} >"$file"
echo "written: $file" >&2
