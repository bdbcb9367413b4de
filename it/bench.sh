#!/usr/bin/env bash
# Measures the floor (a broker without features, see docs/benchmarks.md) and Quoin in the same shape, one after the other.
#
#   it/bench.sh --producers 16 --consumers 4                          synchronous producers, persistent messages
#   it/bench.sh --window 1000 --seconds 10 --non-persistent           one producer with a thousand sends on the way
#   it/bench.sh --blocks 10                                           ten times each, alternating
#   it/bench.sh --floor --producers 4 --connections 1 --log thread    the floor alone, with options of its own
#
# Both take --producers --consumers --size --window --rate --warm-up --seconds --persistent --non-persistent --json; the
# floor alone takes --connections --batch --log --prefetch --ring-kib --log-mib. Standard output has the figures only.
set -euo pipefail

root=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "$0")")/.." && pwd -P)
work=$root/it/target/bench
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
say() { printf 'bench: %s\n' "$1" >&2; }

only=
case ${1:-} in
    --floor | --quoin) only=$1; shift ;;
    --help | -h) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac

# The two have defaults of their own; here they run for the same times.
options=()
blocks=1
while (($#)); do
    if [[ $1 == --blocks ]]; then
        blocks=${2:-1}
        shift
    else
        options+=("$1")
    fi
    shift
done
[[ " ${options[*]} " == *" --seconds "* ]] || options+=(--seconds 5)
[[ " ${options[*]} " == *" --warm-up "* ]] || options+=(--warm-up 3)

# What Quoin's own bench understands of the shape.
shared=()
json=
for ((i = 0; i < ${#options[@]}; i++)); do
    case ${options[i]} in
        --producers | --consumers | --size | --window | --rate | --warm-up | --seconds)
            shared+=("${options[i]}" "${options[i + 1]:-}")
            i=$((i + 1))
            ;;
        --non-persistent) shared+=(--non-persistent) ;;
        --json) json=1; shared+=(--json) ;;
        --persistent) ;;
        --connections | --batch | --log | --prefetch | --ring-kib | --log-mib) i=$((i + 1)) ;;
        *) say "unknown option ${options[i]}; it/bench.sh --help shows all"; exit 2 ;;
    esac
done

title() { [[ -n $json ]] || printf '%s\n' "$1"; }

floor() {
    local classes=$root/it/target/test-classes
    if [[ ! -d $classes/io/quoin/it/floor || -n $(find "$root/it/src/test/java/io/quoin/it/floor" -newer "$classes/io/quoin/it/floor/FloorBench.class" -print -quit) ]]; then
        say "building it/target/test-classes"
        (cd "$root" && mvn -q -B -Dstyle.color=never -pl it -am test-compile -Dforbiddenapis.skip) >&2
    fi
    title "floor:"
    # The jar brings HdrHistogram.
    "$java" -cp "$classes:$root/cli/target/quoin.jar" io.quoin.it.floor.FloorBench --data "$work/floor" "$@"
}

server=
stop() {
    if [[ -n $server ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=
    fi
    rm -rf "$work/data"
}

quoin() {
    trap stop EXIT
    rm -rf "$work/data"
    coproc READY { exec "$root/quoin" run --data "$work/data" --port 0 --admin-port 0 2>"$work/quoin.log"; }
    server=$READY_PID
    local line=
    read -r -t 60 line <&"${READY[0]}" || true
    if [[ ! $line =~ ready.*messaging\ [^\ ]*:([0-9]+) ]]; then
        say "the server did not start; $work/quoin.log says why"
        exit 1
    fi
    title "quoin:"
    "$root/quoin" bench --url "quoin://127.0.0.1:${BASH_REMATCH[1]}" "$@"
    stop
}

mkdir -p "$work"
"$root/quoin" --version >/dev/null
for ((block = 0; block < blocks; block++)); do
    [[ $only == --quoin ]] || floor "${options[@]}"
    [[ $only == --floor ]] || quoin "${shared[@]}"
done
