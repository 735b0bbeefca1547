#!/usr/bin/env bash
# Makes a folder with all that benchmarks/gpu.sh needs on a GPU machine that has Python's torch and no JDK,
# no Maven and no network: a small JDK, thin jars, the tests of the engine, and the bridge to that torch.
#   gpu-kit.sh TORCH KIT.txz     TORCH is the folder `torch` of a Python installation of the same release as
#                            the GPU machine's (headers and libraries; no GPU is needed here)
# Needs a built tree with compiled tests, g++ and JAVA_HOME (a JDK 25). On the GPU machine, from a checkout of
# this commit beside the kit:   CAISSON_LIBTORCH=.../torch/lib CAISSON_KIT=KIT.txz benchmarks/gpu.sh OUT
set -euo pipefail
[ $# = 2 ] || { sed -n '2,9s/^# //p' "$0" >&2; exit 2; }
torch=$1 archive=$2 root=$(cd "$(dirname "$0")/.." && pwd)
built=$root/cli/target/caisson.classpath tests=$root/gpu-runtime/target/test-classes
[ -f "$built" ] || { echo "not built: run ./caisson version first" >&2; exit 1; }
[ -f "$tests/dev/caisson/runtime/pytorch/Smoke.class" ] || { echo "no compiled tests in $tests" >&2; exit 1; }
repository=$(cd ~/.m2/repository && pwd)
kit=$(mktemp -d)
trap 'rm -rf "$kit"' EXIT
mkdir -p "$kit/lib" "$kit/tests"
"$JAVA_HOME/bin/jlink" --output "$kit/jdk" --strip-debug --no-header-files --no-man-pages --compress zip-0 \
  --add-modules java.base,java.logging,java.management,java.naming,java.xml,jdk.management,jdk.unsupported,jdk.zipfs,jdk.httpserver,java.net.http,java.sql,jdk.crypto.ec,java.security.sasl
# Natives stay behind (the GPU machine's libtorch is used, ONNX Runtime and DL4J are not), and what only Parquet,
# gRPC and certificates need.
tr ':' '\n' <"$built" | while read -r jar; do
  case $jar in
  *pytorch-native-* | *pytorch-jni-* | *hadoop-* | *parquet-* | *grpc-netty* | *proto-google* | *bcp* | *bcutil* | *nd4j* | *deeplearning4j* | *javacpp* | *openblas*) continue ;;
  esac
  cp "$jar" "$kit/lib/"
done
cp "$root/cli/target/caisson.jar" "$kit/lib/"
for jar in "$kit"/lib/onnxruntime-*.jar; do zip -q -d "$jar" 'ai/onnxruntime/native/*'; done
for artifact in org/junit/platform/junit-platform-console-standalone org/assertj/assertj-core; do
  cp "$(find "$repository/$artifact" -name '*.jar' ! -name '*-sources.jar' | sort -V | tail -n 1)" "$kit/lib/"
done
cp -r "$tests/dev" "$kit/tests/"
"$root/gpu-runtime/src/main/native/build-host-libtorch.sh" "$torch" "$kit/libcaisson_torch.so"
git -C "$root" rev-parse HEAD >"$kit/commit"
tar -C "$kit" -cJf "$archive" .
ls -l "$archive"
