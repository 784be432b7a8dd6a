#!/usr/bin/env bash
# In a netCDF file the unsigned key 2^64 - 2 and the signed key -2^63 + 2 are missing values.
#
# Guess: 64-bit integers hold any 64 bits; a value is missing if an attribute says which one stands for that.
# What happens: each type has a default fill value, also in variables without _FillValue. That of uint64 is 2^64 - 2 and
# that of int64 is -2^63 + 2, so that ncdump prints _ for a key that was written, and readers that mask missing values
# drop it. Its neighbours, 2^64 - 1 and -2^63, are as any others. The list is in the library's header.
# Why it matters: both are within what hashes and tests of extremes reach, and 2^64 - 2 is what one takes as the largest
# key when 2^64 - 1 is reserved. One key of a set disappears on the way through text (ncdump, ncgen) or a reader.
# Package: netcdf-bin 1:4.9.0-3+b1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1:4.9.0-3+b1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download {netcdf-bin,libnetcdf19}="$version" \
  {libhdf5-103-1,libhdf5-hl-100}=1.10.8+repack1-1 {libaec0,libsz2}=1.0.6-1+b1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
echo "netCDF $version"

cat >"$work/keys.cdl" <<'CDL'
netcdf keys {
dimensions:
  n = 4;
variables:
  uint64 unsigned(n);
  int64 signed(n);
data:
  unsigned = 1, 18446744073709551613, 18446744073709551614, 18446744073709551615;
  signed = 1, -9223372036854775807, -9223372036854775806, -9223372036854775808;
}
CDL
"$work/usr/bin/ncgen" -k nc4 -o "$work/keys.nc" "$work/keys.cdl"
told=$("$work/usr/bin/ncdump" "$work/keys.nc" | sed -n 's/^ *\([a-z]* = [^;]*,.*\);/\1/p')
echo "$told"
if [ "$told" != 'unsigned = 1, 18446744073709551613, _, 18446744073709551615 
signed = 1, -9223372036854775807, _, -9223372036854775808 ' ]; then
  echo 'changed' >&2
  exit 1
fi
