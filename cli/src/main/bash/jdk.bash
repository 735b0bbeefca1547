# Finding a JDK; sourced by ./caisson and ./test.
# shellcheck shell=bash

JDK_AT_LEAST=25

# Whether $1 is the home of a JDK that is new enough, by its release file: no JVM is started for it.
is_new_jdk() {
  local line major=0
  [[ -x $1/bin/java && -x $1/bin/javac && -r $1/release ]] || return 1
  while IFS= read -r line; do
    if [[ $line =~ ^JAVA_VERSION=\"?([0-9]+) ]]; then
      major=${BASH_REMATCH[1]}
    fi
  done <"$1/release"
  ((major >= JDK_AT_LEAST))
}

# Prints the home of a JDK, or says on stderr what to install.
find_jdk() {
  local home
  if [[ -n ${CAISSON_JAVA_HOME:-} ]]; then
    if is_new_jdk "$CAISSON_JAVA_HOME"; then
      printf '%s\n' "$CAISSON_JAVA_HOME"
      return 0
    fi
    printf 'caisson: CAISSON_JAVA_HOME is no JDK %s or newer: %s\n' \
      "$JDK_AT_LEAST" "$CAISSON_JAVA_HOME" >&2
    return 1
  fi
  for home in "${JAVA_HOME:-}" "${CAISSON_JVM_DIR:-/usr/lib/jvm}"/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/.sdkman/candidates/java/*; do
    if [[ -n $home ]] && is_new_jdk "$home"; then
      printf '%s\n' "$home"
      return 0
    fi
  done
  home=$(readlink -f "$(command -v java)") || home=
  home=${home%/bin/java}
  if [[ -n $home ]] && is_new_jdk "$home"; then
    printf '%s\n' "$home"
    return 0
  fi
  cat >&2 <<TEXT
caisson: JDK $JDK_AT_LEAST or newer is needed and was not found (looked at JAVA_HOME, ${CAISSON_JVM_DIR:-/usr/lib/jvm}, java on PATH)
install one, for example Eclipse Temurin $JDK_AT_LEAST (package temurin-$JDK_AT_LEAST-jdk) or openjdk-$JDK_AT_LEAST-jdk,
or set CAISSON_JAVA_HOME to where it is
TEXT
  return 1
}
