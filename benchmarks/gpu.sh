#!/usr/bin/env bash
# Runs the engine's GPU tests and the speed table on a GPU machine, and writes OUT/gpu.md.
#   gpu.sh OUT
# CAISSON_LIBTORCH      folder lib of Python's torch or of a libtorch; see docs/how-to/gpu.md
# CAISSON_LIBTORCH_JNI  the bridge to it, unless it is 2.7.1 (or comes with the kit)
# CAISSON_KIT           archive made by gpu-kit.sh; without it a built tree and JAVA_HOME (a JDK 25)
# CAISSON_DEVICE        default cuda:0; cpu tries the script itself
# PYTHON                a Python with that torch, onnx and onnxscript; default python3
# BENCH_SECONDS         of each timed run, default 3; BENCH_REPEATS, default 3
# Each part has a time limit of its own, and one that fails does not keep the others from running.
set -uo pipefail
[ $# = 1 ] || { sed -n '2,11s/^# //p' "$0" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd) root=$(cd "$(dirname "$0")/.." && pwd)
device=${CAISSON_DEVICE:-cuda:0} python=$(command -v "${PYTHON:-python3}") result=$out/gpu.md failed=0
seconds=${BENCH_SECONDS:-3} repeats=${BENCH_REPEATS:-3} kit=
if [ -n "${CAISSON_KIT:-}" ]; then
  kit=$out/kit
  mkdir -p "$kit"
  tar -C "$kit" -xf "$CAISSON_KIT" 2>/dev/null || "$python" -m tarfile -e "$CAISSON_KIT" "$kit" || exit 1
  JAVA_HOME=$kit/jdk
  export CAISSON_LIBTORCH_JNI=${CAISSON_LIBTORCH_JNI:-$kit/libcaisson_torch.so}
  classes=$kit/lib/caisson.jar
  for jar in "$kit"/lib/*.jar; do classes=$classes:$jar; done
  tests=$kit/tests
else
  classes=$root/cli/target/caisson.jar:$(<"$root/cli/target/caisson.classpath")
  tests=$root/gpu-runtime/target/test-classes
  console=$(find ~/.m2/repository -name 'junit-platform-console-standalone-1.*.jar' | sort -V | tail -n 1)
  more=$(find ~/.m2/repository/org/assertj/assertj-core ~/.m2/repository/net/bytebuddy/byte-buddy -name '*.jar' | sort -V | tr '\n' ':')
  classes=$classes:$console:$more
fi
export JAVA_HOME CAISSON_TEST_DEVICE=$device OPT_OUT_TRACKING=true ORT_DISABLE_TELEMETRY=1 OMP_NUM_THREADS=1
export CUDA_DEVICE_ORDER=PCI_BUS_ID # as the launcher does
export DJL_CACHE_DIR=$out/cache/djl ENGINE_CACHE_DIR=$out/cache/engines
mkdir -p "$out/cache/tmp"
flags=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC -Dai.djl.offline=true
  "-Djava.io.tmpdir=$out/cache/tmp" -XX:-UsePerfData -Xmx1g)

# part NAME LIMIT COMMAND...: its output goes to OUT/NAME.log.
part() {
  local name=$1 limit=$2 start=$SECONDS status
  shift 2
  printf -- '--- %s\n' "$name"
  timeout -k 10 "$limit" "$@" >"$out/$name.log" 2>&1 </dev/null
  status=$?
  printf '%s: exit %d after %d s\n' "$name" "$status" "$((SECONDS - start))" | tee -a "$out/parts.log"
  [ $status = 0 ] || failed=$((failed + 1))
  return $status
}
jvm=("$JAVA_HOME/bin/java" "${flags[@]}" -cp "$tests:$classes")
bench=("${jvm[@]}" dev.caisson.cli.Main bench)

cd "$root/gpu-runtime" || exit 1 # the tests read their fixtures from here
: >"$out/parts.log"
if ! part smoke 90 "${jvm[@]}" dev.caisson.runtime.pytorch.Smoke; then
  cat "$out/smoke.log"
  {
    ls -la "${CAISSON_LIBTORCH:-/none}"
    ldd "${CAISSON_LIBTORCH_JNI:-/none}" "${CAISSON_LIBTORCH:-/none}/libtorch_cuda.so"
    nm -D --undefined-only "${CAISSON_LIBTORCH_JNI:-/none}" | grep -E '_ZN(K)?(2at|3c10|5torch)' | head -n 60
    nvidia-smi
    "$python" -c 'import torch; print(torch.__version__, torch.__path__, torch.cuda.is_available())'
  } >"$out/smoke-facts.log" 2>&1
  tail -n 60 "$out/smoke-facts.log"
fi
tail -n 8 "$out/smoke.log"
if "${jvm[@]}" dev.caisson.cli.Main --help 2>/dev/null | grep -q '^ *devices'; then
  part devices 40 "${jvm[@]}" dev.caisson.cli.Main devices --json
fi
part tests 200 "${jvm[@]}" org.junit.platform.console.ConsoleLauncher execute --include-tag gpu --details=tree \
  --disable-banner --disable-ansi-colors --select-class dev.caisson.runtime.pytorch.GpuParityTest \
  --select-class dev.caisson.runtime.pytorch.GpuMemoryTest --select-class dev.caisson.runtime.dl4j.Dl4jOnGpuTest
grep -E 'apart by|more$|rows a second|pieces of|\[X\]|tests (successful|failed|skipped)' "$out/tests.log" | tail -n 60
for workload in MLP LENET; do
  part "scoring-$workload" 40 "${bench[@]}" engine-run --workload "$workload" --device "$device" --scoring --seconds "$seconds"
done
cd "$root" || exit 1
for workload in MLP TRANSFORMER LENET RESNET18; do
  part "table-$workload" 120 "${bench[@]}" engines --python "$python" --workload "$workload" --device "$device" \
    --seconds "$seconds" --repeats "$repeats" --steps 0 --json
  tail -n 1 "$out/table-$workload.log" | cut -c 1-400
done
part memory 60 "${bench[@]}" engine-run --workload MLP --device "$device" --steps 20000

{
  printf '# The PyTorch engine on %s, %s\n\n' "$device" "$(date -u +%Y-%m-%d)"
  printf -- '- commit %s\n' "$(cat "$kit/commit" 2>/dev/null || git rev-parse HEAD)"
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null | sed 's/^/- GPU, driver, memory: /'
  "$python" -c 'import torch, platform; print(f"- torch {torch.__version__}, CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}, Python {platform.python_version()}")'
  printf -- '- JDK %s; %s; single precision in full (no TF32) on both sides\n\n' \
    "$(sed -n 's/^JAVA_VERSION=//p' "$JAVA_HOME/release" | tr -d '"')" "$(uname -sr)"
  printf '| model | Caisson, rows/s | PyTorch, rows/s | ratio |\n|---|---|---|---|\n'
  "$python" - "$out" <<'PYTHON'
import json, pathlib, statistics, sys
for name in ("MLP", "LENET", "TRANSFORMER", "RESNET18"):
    log = pathlib.Path(sys.argv[1]) / f"table-{name}.log"
    lines = [line for line in log.read_text().splitlines() if line.startswith("{")] if log.exists() else []
    for row in json.loads(lines[-1])["workloads"] if lines else [{}]:
        cells = [name.lower()]
        for side in ("caisson", "peer"):
            speeds = [run["samplesPerSecond"] for run in row.get(side, [])]
            cells.append(f"{statistics.median(speeds):,.0f} ({min(speeds):,.0f} to {max(speeds):,.0f})" if speeds else "failed")
        cells.append(f"{row['speedRatio']:.2f}" if "speedRatio" in row else "")
        print("|", " | ".join(cells), "|")
PYTHON
  printf '\nScoring and memory:\n\n'
  sed -n 's/^{/- {/p' "$out"/scoring-*.log "$out/memory.log"
  printf '\nTests:\n\n```\n'
  grep -E 'apart by|KiB more|rows a second|pieces of|tests (successful|failed|skipped|aborted)' "$out/tests.log"
  printf '```\n\nParts:\n\n'
  sed 's/^/- /' "$out/parts.log"
} >"$result"
rm -rf "$out/cache" "${kit:+$out/kit}"
cat "$result"
exit "$((failed > 0))"
