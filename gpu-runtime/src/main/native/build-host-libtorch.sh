#!/usr/bin/env bash
# Builds the bridge between DJL and a libtorch that this host has.
#   build-host-libtorch.sh FOLDER OUT     FOLDER holds lib/libtorch.so and include/ (the folder torch of a
#                                         Python installation, or an unpacked libtorch); OUT is the .so to write
# Needs g++ with C++20 and JAVA_HOME (a JDK 25, for jni.h). Set CAISSON_LIBTORCH_JNI to OUT afterwards.
set -euo pipefail
[ $# = 2 ] || { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }
torch=$1 out=$2 here=$(cd "$(dirname "$0")" && pwd)
[ -f "$torch/include/torch/script.h" ] || { echo "no torch/script.h under $torch/include" >&2; exit 1; }
[ -f "$torch/lib/libtorch_cpu.so" ] || { echo "no libtorch_cpu.so under $torch/lib" >&2; exit 1; }
[ -f "${JAVA_HOME:?names no JDK}/include/jni.h" ] || { echo "no jni.h under $JAVA_HOME/include" >&2; exit 1; }
# The ordinals of ai.djl.ndarray.types.DataType in DJL 0.35.1.
types="-DDJL_FLOAT32=0 -DDJL_FLOAT64=1 -DDJL_INT32=4 -DDJL_INT64=6 -DDJL_BOOLEAN=7"
# shellcheck disable=SC2086
"${CXX:-g++}" -std=c++20 -O2 -fPIC -shared -s -Wall -Wno-unused $types \
  -I"$JAVA_HOME/include" -I"$JAVA_HOME/include/linux" \
  -isystem "$torch/include" -isystem "$torch/include/torch/csrc/api/include" \
  -o "$out" "$here/host_libtorch.cpp" \
  -L"$torch/lib" -Wl,--no-undefined -Wl,--allow-shlib-undefined -ltorch_cpu -lc10
