#!/usr/bin/env bash
# Perl's Statistics::Basic writes the mean of 0.001 and 0.002 as 0, and that of milliseconds since 1970 with commas.
#
# Guess: mean(...) gives a number; in a string it is written as Perl writes numbers.
# What happens: it gives an object that is a number in sums and comparisons and a formatted text in strings: rounded to
# two digits behind the point, with a comma before every third digit. 0.0015 is "0", 1.23456 is "1.23", 1700000000124
# is "1,700,000,000,124", and from 10^14 on writing it ends the program. The value is there: by query, or with + 0.
# $IPRES sets the number of digits; that it is 2 stands in the documentation's part about variables.
# Why it matters: "mean,$mean" is how a line of results is written. Latencies in seconds come out as 0, larger numbers
# as several columns, and the tests that compare numbers pass.
# Package: libstatistics-basic-perl 1.6611-3 with libnumber-format-perl 1.75-3 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.6611-3
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libstatistics-basic-perl=$version" \
  libnumber-format-perl=1.75-3)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done

cat >"$work/try.pl" <<'PL'
use strict;
use warnings;
use Statistics::Basic qw(mean median stddev);

print "Statistics::Basic $Statistics::Basic::VERSION\n";

# The text and the number of what is computed.
sub ask {
    my ($name, $computed) = @_;
    my $text = "$computed";
    my $number = $computed->query;
    print "$name: as text $text, as a number $number\n";
    return "$text|$number";
}

my @told = (
    ask('mean of 0.001 and 0.002',                       mean(0.001, 0.002)),
    ask('standard deviation of 0.001 and 0.002',         stddev(0.001, 0.002)),
    ask('median of 1.23456 alone',                       median(1.23456)),
    ask('mean of 1700000000123 and 1700000000125',       mean(1700000000123, 1700000000125)),
);
my $equal = mean(0.001, 0.002) == 0.0015;
print 'the first one == 0.0015: ', $equal ? 'yes' : 'no', "\n";
my @expected = ('0|0.0015', '0|0.0005', '1.23|1.23456', '1,700,000,000,124|1700000000124');
exit 0 if "@told" eq "@expected" && $equal;
die "changed\n";
PL
PERL5LIB=$work/usr/share/perl5 /usr/bin/perl "$work/try.pl"
