# Sourced by mvnw and dvcr: sets JAVA_HOME to a JDK 25, or says what was found and fails.
# Looks at JAVA_HOME, at the java on PATH, then at the usual folders; the first one that fits wins.

dvcr_jdk_wanted=25

# Prints the feature version of the JDK in folder $1; nothing when there is no JDK.
dvcr_jdk_version() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

dvcr_find_jdk() {
  dvcr_jdk_seen=""
  dvcr_jdk_path=$(command -v java 2>/dev/null || :)
  [ -z "$dvcr_jdk_path" ] || dvcr_jdk_path=$(dirname "$(dirname "$(readlink -f "$dvcr_jdk_path")")")
  # A pattern that matches nothing stays as it is and fails the test for bin/java; -f of the caller is undone here.
  case $- in *f*) dvcr_noglob=1 ;; *) dvcr_noglob= ;; esac
  set +f
  for dvcr_jdk in "${JAVA_HOME:-/nonexistent}" "$dvcr_jdk_path" \
    /usr/lib/jvm/* /opt/jdk* /opt/java/* "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    dvcr_version=$(dvcr_jdk_version "$dvcr_jdk")
    if [ "$dvcr_version" = "$dvcr_jdk_wanted" ]; then
      JAVA_HOME=$dvcr_jdk
      export JAVA_HOME
      [ -z "$dvcr_noglob" ] || set -f
      return 0
    fi
    [ -z "$dvcr_version" ] || dvcr_jdk_seen="$dvcr_jdk_seen $dvcr_version ($dvcr_jdk)"
  done
  echo "dvcr: needs a JDK $dvcr_jdk_wanted, found:${dvcr_jdk_seen:- none}; install one (for example Temurin $dvcr_jdk_wanted) and set JAVA_HOME to it" >&2
  return 1
}

dvcr_find_jdk
