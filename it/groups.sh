#!/usr/bin/env bash
# Message groups on trial, Artemis first (as it is, and with group-rebalance) and then Quoin: producers to 256 groups, processes
# with consumers that join, close, are killed and are stopped every 2 s, and a server that is killed, all through plain JMS; one
# checker judges what the applications saw. Prints what was broken, with examples. See docs/groups.md.
#
#   it/groups.sh                             a minute each
#   it/groups.sh --seconds 600 --kills 20 --seed 7
#
# Needs Maven once, to fetch Artemis; ARTEMIS_VERSION chooses another version. --peer DIR takes its jars from DIR/lib, and --jar
# FILE another quoin.jar.
set -euo pipefail

root=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "$0")")/.." && pwd -P)
work=$root/it/target/groups
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
artemis=${ARTEMIS_VERSION:-2.44.0}
jar=
peer=
seconds=60
kills=2
seed=1
while (($#)); do
    case $1 in
        --seconds) seconds=$2; shift 2 ;;
        --kills) kills=$2; shift 2 ;;
        --seed) seed=$2; shift 2 ;;
        --peer) peer=$(readlink -f -- "$2"); shift 2 ;;
        --jar) jar=$(readlink -f -- "$2"); shift 2 ;;
        --help | -h) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "groups: unknown argument $1" >&2; exit 2 ;;
    esac
done

if [[ -z $jar ]]; then
    "$root/quoin" --version >/dev/null # builds it, if need be
    jar=$root/cli/target/quoin.jar
fi
mkdir -p "$work/peer"
if [[ -n $peer ]]; then
    rm -rf "$work/peer/lib"
    ln -s "$peer/lib" "$work/peer/lib"
elif [[ ! -f $work/peer/.fetched-$artemis ]]; then
    rm -rf "$work/peer/lib"
    cat >"$work/peer/pom.xml" <<POM
<project><modelVersion>4.0.0</modelVersion><groupId>groups</groupId><artifactId>peer</artifactId><version>1</version>
<dependencies>
<dependency><groupId>org.apache.activemq</groupId><artifactId>artemis-jakarta-server</artifactId><version>$artemis</version></dependency>
<dependency><groupId>org.apache.activemq</groupId><artifactId>artemis-jakarta-client</artifactId><version>$artemis</version></dependency>
</dependencies></project>
POM
    mvn -q -B -Dstyle.color=never -f "$work/peer/pom.xml" dependency:copy-dependencies -DoutputDirectory="$work/peer/lib" >&2
    touch "$work/peer/.fetched-$artemis"
fi
rm -rf "$work/classes" "$work/peer/classes" "$work/data"
"${java}c" -nowarn -proc:none -d "$work/peer/classes" -cp "$work/peer/lib/*" "$root/it/compare/ArtemisPeer.java"
"${java}c" -nowarn -proc:none -d "$work/classes" -cp "$jar:$work/peer/lib/*" -sourcepath "$root/it/src/test/java" \
    "$root/it/src/test/java/io/quoin/it/groups/GroupComparison.java"
# The peer first: it has a Netty of its own, and the client of Quoin needs none.
exec "$java" -Dquoin.jar="$jar" -cp "$work/classes:$work/peer/lib/*:$jar" io.quoin.it.groups.GroupComparison \
    "$work/data" "$work/peer" "$seconds" "$kills" "$seed"
