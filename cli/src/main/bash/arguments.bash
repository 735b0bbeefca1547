# Java's flags and the class path of a build; sourced by ./caisson and start-cache.bash.
# shellcheck shell=bash

# Writes them into the file $2 for the project at $1. From a file Java reads them quoted, and at any
# length.
write_arguments() {
  local root=$1 file=$2 path
  path=$root/cli/target/caisson.jar:$(<"$root/cli/target/caisson.classpath")
  path=${path//\\/\\\\}
  {
    printf -- '-cp\n"%s"\n' "${path//\"/\\\"}"
    cat "$root/cli/src/main/resources/dev/caisson/cli/process/jvm.flags"
  } >"$file.$$"
  mv -f "$file.$$" "$file"
}
