#!/bin/sh
# What the example application examples/jakarta-ee needs besides quoin.sh: an XA datasource. It may be run again.
#
#   ASADMIN=/path/to/payara6/bin/asadmin sh examples/payara/orders.sh
set -eu

asadmin=${ASADMIN:-asadmin}
war=$(pwd)/examples/jakarta-ee/target/orders.war

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

run() {
    "$asadmin" --interactive=false multimode --file "$1" </dev/null >"$work/output" 2>&1 || failed=1
    if [ "${failed:-0}" = 1 ] || grep -q 'failed\.$' "$work/output"; then
        cat "$work/output" >&2
        exit 1
    fi
}

printf 'list-jdbc-connection-pools\nlist-jdbc-resources\n' >"$work/list"
run "$work/list"
cp "$work/output" "$work/here"
{
    grep -qx orders-pool "$work/here" ||
        echo "create-jdbc-connection-pool --datasourceclassname org.h2.jdbcx.JdbcDataSource --restype javax.sql.XADataSource --steadypoolsize 0 --property 'user=sa:password=sa:url=jdbc\\:h2\\:file\\:\${com.sun.aas.instanceRoot}/lib/databases/orders;WRITE_DELAY\\=0' orders-pool"
    grep -qx jdbc/orders "$work/here" || echo "create-jdbc-resource --connectionpoolid orders-pool jdbc/orders"
    echo "deploy --force=true --name orders --contextroot orders $war"
} >"$work/create"
run "$work/create"
