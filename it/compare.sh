#!/usr/bin/env bash
# Compares Quoin with Artemis, ActiveMQ Classic, Kafka, RocketMQ and Debian's RabbitMQ on this machine: the same work in one
# session, alternating, with the floor between them. Shows its plan and how long it takes, and writes docs/performance.md and
# docs/performance.svg as it goes: what ends it early loses nothing of what was measured. See docs/benchmarks.md.
#
#   it/compare.sh                            all of it: 10 blocks of 5 s for each kind of work and participant, about 5 hours
#   it/compare.sh --minutes 30               all of it, with as many blocks of 2 s as there is time for
#   it/compare.sh --quick                    about 5 minutes: Artemis and Classic, a short block of each kind of work
#   it/compare.sh --plan                     shows the plan only
#   it/compare.sh --blocks 3 --seconds 3 --warm-up 2 --peers artemis,kafka --only sync,async,q1000
#
# --backlog N changes how many messages are filled and drained. A peer that cannot be fetched or started is skipped, and
# the rest goes on. ARTEMIS_VERSION, CLASSIC_VERSION, KAFKA_VERSION, ROCKETMQ_VERSION choose other versions.
set -euo pipefail

root=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "$0")")/.." && pwd -P)
work=$root/it/target/compare
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
artemis=${ARTEMIS_VERSION:-2.44.0}
classic=${CLASSIC_VERSION:-6.2.7}
kafka=${KAFKA_VERSION:-4.1.0}
rocketmq=${ROCKETMQ_VERSION:-5.5.0}
rabbitmq=$(dpkg-query -W -f '${Version}' rabbitmq-server 2>/dev/null || echo none) # 1:3.10.8-1
rabbitmq=${rabbitmq#*:} rabbitmq=${rabbitmq%%-*}
jms=jakarta.jms:jakarta.jms-api:3.1.0

case ${1:-} in
    --help | -h) sed -n '2,14s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac

jar=$root/cli/target/quoin.jar
peers=artemis,classic,kafka,rocketmq,rabbitmq
[[ " $* " != *" --quick "* ]] || peers=artemis,classic
arguments=("$@")
for ((i = 0; i < $#; i++)); do
    case ${arguments[i]} in
        --jar) jar=${arguments[i + 1]:-} ;;
        --peers) peers=${arguments[i + 1]:-} ;;
    esac
done
[[ " $* " == *" --jar "* ]] || "$root/quoin" --version >/dev/null # builds it, if need be

# prepare PEER VERSION SOURCES DEPENDENCY...: puts a peer's jars, and what they need, into a folder, and compiles what starts
# or drives it. Where that fails the comparison goes on without the peer.
prepare() {
    local peer=$1 folder=$work/$1-$2 sources=$3 dependency
    shift 3
    [[ ,$peers, == *,$peer,* ]] || return 0
    mkdir -p "$folder"
    if [[ ! -f $folder/.fetched ]]; then
        printf 'compare: fetching %s\n' "$peer" >&2
        {
            echo '<project><modelVersion>4.0.0</modelVersion><groupId>compare</groupId><artifactId>peer</artifactId><version>1</version><dependencies>'
            for dependency; do
                IFS=: read -r group name version <<<"$dependency"
                echo "<dependency><groupId>$group</groupId><artifactId>$name</artifactId><version>$version</version></dependency>"
            done
            echo '</dependencies></project>'
        } >"$folder/pom.xml"
        mvn -q -B -Dstyle.color=never -f "$folder/pom.xml" dependency:copy-dependencies -DoutputDirectory="$folder/lib" >"$folder/fetch.log" 2>&1 || return 0
        touch "$folder/.fetched"
    fi
    rm -rf "$folder/classes" "$folder/classes.new"
    # Their names are apart by spaces.
    # shellcheck disable=SC2086
    (cd "$root/it/compare" && "${java}c" -nowarn -proc:none -d "$folder/classes.new" -cp "$folder/lib/*" $sources) >>"$folder/fetch.log" 2>&1 || return 0
    mv "$folder/classes.new" "$folder/classes"
}

mkdir -p "$work"
exec 9>"$work/lock"
if command -v flock >/dev/null && ! flock -n 9; then
    echo 'compare: another comparison is running in this checkout' >&2
    exit 1
fi
prepare artemis "$artemis" ArtemisPeer.java org.apache.activemq:artemis-jakarta-{server,client}:"$artemis"
prepare classic "$classic" ClassicPeer.java org.apache.activemq:activemq-{broker,kahadb-store}:"$classic" "$jms"
prepare kafka "$kafka" "NativeFactory.java KafkaFactory.java" org.apache.kafka:kafka_2.13:"$kafka" "$jms"
prepare rocketmq "$rocketmq" "NativeFactory.java RocketFactory.java" org.apache.rocketmq:rocketmq-{broker,namesrv,client}:"$rocketmq" "$jms"
prepare rabbitmq "$rabbitmq" "NativeFactory.java RabbitFactory.java" com.rabbitmq:amqp-client:"${AMQP_CLIENT_VERSION:-5.25.0}" "$jms"
rm -rf "$work/classes"
"${java}c" -nowarn -proc:none -d "$work/classes" -cp "$jar" \
    $(find "$root"/it/src/test/java/io/quoin/it/{floor,compare} -name '*.java' ! -name '*Test.java')
# The jar brings HdrHistogram for the floor, and the client that sends a first message.
exec "$java" -XX:+UseSerialGC -cp "$work/classes:$jar" io.quoin.it.compare.Compare --root "$root" --jar "$jar" \
    --versions "artemis=$artemis,classic=$classic,kafka=$kafka,rocketmq=$rocketmq,rabbitmq=$rabbitmq" "$@"
