#!/usr/bin/env bash
# Measures the core of masking by JMH beside a bare AES-CTR and add loop: billions of residues a
# second (operations a nanosecond), one thread. Builds first. Arguments go to JMH, e.g. -f 1 -i 2.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

# shellcheck source=cli/src/main/bash/jdk.bash
. cli/src/main/bash/jdk.bash
jdk=$(find_jdk)

JAVA_HOME=$jdk mvn -q -B -pl benchmarks -am -Dmaven.test.skip=true -Dquick package
exec "$jdk/bin/java" -Xmx256m --sun-misc-unsafe-memory-access=allow \
  -cp "benchmarks/target/classes:$(<benchmarks/target/benchmarks.classpath)" \
  org.openjdk.jmh.Main MaskCore "$@"
