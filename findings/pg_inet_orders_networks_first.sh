#!/usr/bin/env bash
# In PostgreSQL 10.0.0.5/24 does not lie between 10.0.0.0 and 10.0.0.10, and 10.3.0.1/8 comes before 10.0.0.1/16.
#
# Guess: a column of inet orders by address, as the numbers of addresses do; the length of the mask breaks ties.
# What happens: the bits that both networks have are compared first, then the masks, shorter before longer, and the rest
# of the addresses last. An address without a mask has one of 32 bits. Of 256 addresses of which each fourth has a
# mask of 8, 16, 24 and 32 bits BETWEEN the first and the last address finds 64, with a B-tree as without. host(x)
# gives the order of addresses.
# Why it matters: addresses with their interface's mask are what routers and logs give, and IP ranges are one of the
# usual real key sets. Loaded as inet and as integers they are two orders, with other scans, bounds and neighbours.
# Package: postgresql-15 15.20-0+deb12u1 (Debian 12).
set -euo pipefail
unset "${!PG@}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

version=15.20-0+deb12u1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download {postgresql-15,postgresql-client-15}="$version" \
  "libpq5=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
bin=$work/usr/lib/postgresql/15/bin
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu

# A private server on a socket in the temporary folder; PostgreSQL refuses to run as root.
mkdir "$work/pg"
as=()
if [ "$(id -u)" = 0 ]; then
  as=(runuser -u nobody --)
  chown nobody "$work/pg"
fi
"${as[@]}" "$bin/initdb" -D "$work/pg/data" -A trust -U bench --locale=C >"$work/initdb.log"
control() { "${as[@]}" "$bin/pg_ctl" -D "$work/pg/data" -l "$work/pg/log" "$@" >"$work/control.log"; }
trap 'control -m immediate stop; rm -rf "$work"' EXIT
control -w -o "-k $work/pg -c listen_addresses= -c fsync=off" start
sql() { "$bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$work/pg" -U bench -d postgres; }
sql <<<'SHOW server_version'

sql <<'SQL'
CREATE TABLE t AS
  SELECT ('10.0.0.' || i || '/' || (ARRAY[8, 16, 24, 32])[1 + i % 4])::inet AS x FROM generate_series(0, 255) i;
SQL
# $1: an expression. Prints how many rows lie between the first and the last address of the table.
count() { sql <<<"SELECT count(*) FROM t WHERE $1 BETWEEN '10.0.0.0' AND '10.0.0.255'"; }
scanned=$(count x)
hosts=$(count 'host(x)::inet')
sql <<<'CREATE INDEX ON t (x); VACUUM ANALYZE t'
indexed=$(count x)
order=$(sql <<<"SELECT string_agg(x::text, ' ' ORDER BY x)
  FROM (VALUES (inet '10.0.0.5/24'), ('10.0.0.6'), ('10.0.0.7/24'), ('10.0.0.1/16'), ('10.3.0.1/8')) v(x)")
echo "between 10.0.0.0 and 10.0.0.255 of 256: $scanned by a scan, $indexed by the index, $hosts of their hosts"
echo "in order: $order"
if [ "$scanned $indexed $hosts" != '64 64 256' ] ||
  [ "$order" != '10.3.0.1/8 10.0.0.1/16 10.0.0.5/24 10.0.0.7/24 10.0.0.6/32' ]; then
  echo 'changed' >&2
  exit 1
fi
