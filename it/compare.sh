#!/usr/bin/env bash
# Compares Quoin with Artemis and ActiveMQ Classic on this machine, the same work in one session, alternating, and writes
# docs/performance.md and docs/performance.svg. See docs/benchmarks.md.
#
#   it/compare.sh                                   10 blocks of 5 s for each kind of work and each peer: about an hour
#   it/compare.sh --blocks 3 --seconds 3            a quick look
#   it/compare.sh --only sync,async --peers artemis
set -euo pipefail

root=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "$0")")/.." && pwd -P)
work=$root/it/target/compare
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
artemis=${ARTEMIS_VERSION:-2.44.0}
classic=${CLASSIC_VERSION:-6.2.7}

# Puts a peer's jars, and what they need, into a folder.
fetch() {
    local folder=$work/$1-$2 dependency
    shift 2
    [[ ! -f $folder/.done ]] || return 0
    mkdir -p "$folder"
    {
        echo '<project><modelVersion>4.0.0</modelVersion><groupId>compare</groupId><artifactId>peer</artifactId><version>1</version><dependencies>'
        for dependency; do
            IFS=: read -r group name version <<<"$dependency"
            echo "<dependency><groupId>$group</groupId><artifactId>$name</artifactId><version>$version</version></dependency>"
        done
        echo '</dependencies></project>'
    } >"$folder/pom.xml"
    mvn -q -B -Dstyle.color=never -f "$folder/pom.xml" dependency:copy-dependencies -DoutputDirectory="$folder/lib" >&2
    touch "$folder/.done"
}

case ${1:-} in
    --help | -h) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
mkdir -p "$work"
fetch artemis "$artemis" org.apache.activemq:artemis-jakarta-{server,client}:"$artemis"
fetch classic "$classic" org.apache.activemq:activemq-{broker,kahadb-store}:"$classic" jakarta.jms:jakarta.jms-api:3.1.0
[[ " $* " == *" --jar "* ]] || "$root/quoin" --version >/dev/null # builds it, if need be
exec "$java" "$root/it/compare/Compare.java" --root "$root" --jar "$root/cli/target/quoin.jar" --artemis "$artemis" --classic "$classic" "$@"
