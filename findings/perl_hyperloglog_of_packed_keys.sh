#!/usr/bin/env bash
# Perl's Algorithm::HyperLogLog counts 60,000 keys of eight bytes, big-endian, as one.
#
# Guess: a string of Perl has a length and may hold any bytes; the sketch hashes all of them, and 60,000 different keys
# are told as 60,000 to within a per cent.
# What happens: the compiled form, which is used where it is there, takes the key for a C string and reads up to its
# first zero byte. Packed with "Q>" or "N", as for stores that order by bytes, keys below 2^56 or 2^24 begin with one:
# the estimate is 1. Little-endian the same keys are right as long as their lower bytes are not zero; of multiples of
# 256 the estimate is 1 again. As decimal text all is as one expects. The documentation says "data", not "text".
# Why it matters: "how many distinct keys?" is asked of keys in the form that they have in a file or store. The answer
# is no error and no estimate either; and with a prefix before the zero it looks like a number of tenants.
# Package: libalgorithm-hyperloglog-perl 0.24-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=0.24-2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libalgorithm-hyperloglog-perl=$version" \
  libdigest-murmurhash3-pureperl-perl=1.01-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export PERL5LIB=$work/usr/share/perl5:$work/usr/lib/x86_64-linux-gnu/perl5/5.36

cat >"$work/try.pl" <<'PL'
use strict;
use warnings;
use Algorithm::HyperLogLog;

print "Algorithm::HyperLogLog $Algorithm::HyperLogLog::VERSION\n";

# What 60,000 distinct keys, made from 1, 2, 3, ..., are told as.
sub ask {
    my ($name, $key) = @_;
    my $sketch = Algorithm::HyperLogLog->new(14);
    $sketch->add($key->($_)) for 1 .. 60_000;
    my $told = $sketch->estimate;
    printf "%s: %.0f\n", $name, $told;
    return $told;
}

my @right = (ask('decimal text', sub { "$_[0]" }), ask('little-endian', sub { pack 'Q<', $_[0] }));
my @wrong = (
    ask('big-endian',                     sub { pack 'Q>', $_[0] }),
    ask('big-endian, 32 bits',            sub { pack 'N', $_[0] }),
    ask('little-endian multiples of 256', sub { pack 'Q<', $_[0] * 256 }),
);
exit 0 if !grep({ abs($_ - 60_000) > 3000 } @right) && !grep({ $_ > 2 } @wrong);
die "changed\n";
PL
/usr/bin/perl "$work/try.pl"
