#!/bin/sh
# Sets Payara Server up to use Quoin: the resource adapter and a connection factory, jms/quoin.
#
#   ASADMIN=/path/to/payara6/bin/asadmin sh examples/payara/quoin.sh
#
# Run it in the folder of the checkout, where `mvn package` has made resource-adapter/target/quoin.rar, while the domain
# runs. It may be run again; it then replaces the archive and leaves the rest as it is. From the environment:
#   ASADMIN        Payara's tool, if it is not on the PATH; it obeys AS_ADMIN_PORT and the like
#   QUOIN_URL      the Quoin server, if it is not quoin://127.0.0.1:5544
#   QUOIN_RAR      the archive, if it is somewhere else
set -eu

asadmin=${ASADMIN:-asadmin}
url=$(printf '%s' "${QUOIN_URL:-quoin://127.0.0.1:5544}" | sed 's/[:=]/\\&/g')
rar=${QUOIN_RAR:-resource-adapter/target/quoin.rar}
rar=$(cd "$(dirname "$rar")" && pwd)/$(basename "$rar")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Every start of asadmin takes a second or two, so many commands share one.
run() {
    "$asadmin" --interactive=false multimode --file "$1" </dev/null >"$work/output" 2>&1 || failed=1
    if [ "${failed:-0}" = 1 ] || grep -q 'failed\.$' "$work/output"; then
        cat "$work/output" >&2
        exit 1
    fi
}

cat >"$work/list" <<END
list-resource-adapter-configs
list-connector-connection-pools
list-connector-resources
END
run "$work/list"
here() { grep -qE "(^|\"|> )$1$" "$work/here"; }
cp "$work/output" "$work/here"

{
    # Before the archive: an adapter that is configured after it was deployed is made anew under running beans.
    here quoin || echo "create-resource-adapter-config --property 'url=$url' quoin"
    echo "deploy --type rar --name quoin --force=true $rar"
    # The name of the definition is the interface that applications look up. Connections are checked before they are lent,
    # so a restart of the Quoin server is not noticed.
    here quoin-pool || echo "create-connector-connection-pool --raname quoin --connectiondefinition jakarta.jms.ConnectionFactory --transactionsupport XATransaction --isconnectvalidatereq=true --steadypoolsize 0 --maxpoolsize 50 --maxwait 5000 quoin-pool"
    here jms/quoin || echo "create-connector-resource --poolname quoin-pool jms/quoin"
    # Transactions that a crash has left behind are finished at the next start.
    echo "set configs.config.server-config.transaction-service.automatic-recovery=true"
    echo "ping-connection-pool quoin-pool"
} >"$work/create"
run "$work/create"
