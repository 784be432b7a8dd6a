#!/usr/bin/env bash
# Colt's random numbers between 0 and 2^63 are multiples of 2^31, and over a hundred of a million occur twice.
#
# Guess: Uniform.nextLongFromTo(from, to) draws any of the numbers with the same probability, as its comment says, from
# a Mersenne twister that has 64 bits to give.
# What happens: it stretches 32 random bits over the range, by a double. A million draws from 0 to 2^63 - 2 all end in
# 31 zero bits, and 145 repeat an earlier one; those between 0 and 2^40 have 312 different endings of 16 bits.
# From -2^63 to 2^63 - 1, and by nextLong() of the engine itself, all is well.
# Why it matters: it is a library for simulation whose generators make key sets in Java. Such keys meet in hash tables
# that take low bits, compress by half, and have duplicates where 64 bits would have none in a lifetime; as "uniform"
# keys they are easy for a learned index in the wrong way.
# Package: libcolt-free-java 1.2.0+dfsg-7 with openjdk-17-jdk-headless 17.0.21.1+2-1~deb12u1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download libcolt-free-java=1.2.0+dfsg-7 \
  libconcurrent-java=1.3.4-6 openjdk-17-{jre,jdk}-headless=17.0.21.1+2-1~deb12u1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
java=$work/usr/lib/jvm/java-17-openjdk-amd64
find "$java" -type l -lname '/etc/*' | while read -r link; do ln -sf "$work$(readlink "$link")" "$link"; done

cat >"$work/Try.java" <<'JAVA'
import cern.jet.random.Uniform;
import cern.jet.random.engine.MersenneTwister;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;

public class Try {
  static final int DRAWS = 1000000;

  // Of a million draws: how many are different, how many different values their lower 16 bits have, and the least
  // number of zeros at the end.
  static int[] ask(String name, LongSupplier draw) {
    Set<Long> keys = new HashSet<>();
    Set<Long> endings = new HashSet<>();
    int zeros = 64;
    for (int i = 0; i < DRAWS; i++) {
      long key = draw.getAsLong();
      keys.add(key);
      endings.add(key & 0xffff);
      zeros = Math.min(zeros, Long.numberOfTrailingZeros(key));
    }
    System.out.printf("%s: %d different, %d endings, at least %d zero bits at the end%n", name, keys.size(),
        endings.size(), zeros);
    return new int[] {keys.size(), endings.size(), zeros};
  }

  public static void main(String[] arguments) {
    System.out.println("Colt " + cern.colt.Version.getMajorVersion() + "." + cern.colt.Version.getMinorVersion());
    MersenneTwister engine = new MersenneTwister(7919);
    Uniform uniform = new Uniform(engine);
    int[] positive = ask("0 to 2^63 - 2", () -> uniform.nextLongFromTo(0, Long.MAX_VALUE - 1));
    int[] middle = ask("0 to 2^40", () -> uniform.nextLongFromTo(0, 1L << 40));
    int[] all = ask("-2^63 to 2^63 - 1", () -> uniform.nextLongFromTo(Long.MIN_VALUE, Long.MAX_VALUE));
    int[] raw = ask("nextLong of the engine", engine::nextLong);
    boolean right = all[0] == DRAWS && all[1] == 65536 && raw[0] == DRAWS && raw[1] == 65536;
    if (!right || positive[0] == DRAWS || positive[1] != 1 || positive[2] < 31 || middle[1] > 1000) {
      System.err.println("changed");
      System.exit(1);
    }
  }
}
JAVA
"$java/bin/java" -cp "$work/usr/share/java/colt.jar:$work/usr/share/java/concurrent.jar" "$work/Try.java"
