#!/usr/bin/env bash
# stream-lib's Bloom filter for one false positive in a million gives one in 1,100.
#
# Guess: BloomFilter(keys, rate) computes its bits per key from the rate, 29 for 10^-6, or refuses a rate that it cannot
# give.
# What happens: bits and hash functions come from a table that ends at 15 bits per key and 8 functions. Every rate below
# what these give gets that last row, silently: 10^-4 and 10^-6 are filters of the same size and of the same rate, 8.9
# in 10,000. 0.01 gives what it says. (Java's other usual filter, Guava's, computes both.)
# Why it matters: a filter in front of an index is compared by misses that reach it. A row "rate 10^-6" lets through 890
# times as many as it says, while its bytes per key look like a feat.
# Package: libstream-java 2.9.8-2 with openjdk-17-jdk-headless 17.0.21.1+2-1~deb12u1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download libstream-java=2.9.8-2 libfastutil-java=8.5.11+dfsg-1 \
  openjdk-17-{jre,jdk}-headless=17.0.21.1+2-1~deb12u1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
java=$work/usr/lib/jvm/java-17-openjdk-amd64
find "$java" -type l -lname '/etc/*' | while read -r link; do ln -sf "$work$(readlink "$link")" "$link"; done

cat >"$work/Try.java" <<'JAVA'
import com.clearspring.analytics.stream.membership.BloomFilter;

public class Try {
  static final int KEYS = 100000, MISSES = 1000000;

  // The rate of false positives of a filter that was made for this one, among keys that were not added.
  static double measure(double asked) {
    BloomFilter filter = new BloomFilter(KEYS, asked);
    for (int i = 0; i < KEYS; i++) filter.add("key" + i);
    int hits = 0, positives = 0;
    for (int i = 0; i < KEYS; i++) hits += filter.isPresent("key" + i) ? 1 : 0;
    for (int i = KEYS; i < KEYS + MISSES; i++) positives += filter.isPresent("key" + i) ? 1 : 0;
    if (hits != KEYS) throw new IllegalStateException("a key is denied");
    double rate = (double) positives / MISSES;
    System.out.printf("asked for %.0e: %d bits for %d keys, rate %.2e%n", asked, filter.buckets(), KEYS, rate);
    return rate;
  }

  public static void main(String[] arguments) {
    double usual = measure(1e-2), small = measure(1e-4), smallest = measure(1e-6);
    if (usual > 1.2e-2 || small < 5e-4 || smallest < 5e-4) {
      System.err.println("changed");
      System.exit(1);
    }
  }
}
JAVA
echo "stream-lib 2.9.8"
"$java/bin/java" -cp "$work/usr/share/java/stream.jar" "$work/Try.java"
