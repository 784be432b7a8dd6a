#!/usr/bin/env bash
# The variance of ten consecutive numbers from 10^9 on is 128 by Derby, and 0 from 1.7 * 10^12 on; it is 8.25.
#
# Guess: VAR_POP and STDDEV_POP are exact for small sets of integers; engines have known how to since Welford.
# What happens: Derby takes the mean of squares minus the square of the mean in doubles, so that the digits that count
# are gone as soon as the mean is large beside the spread. Ten numbers in a row from 10^8 on have the variance 8, from
# 10^9 on 128 (VAR_SAMP says 0 of the same), milliseconds since 1970 have 0. No error, and no NaN either. The same
# query by HSQLDB, the other engine in a jar, is 8.25 up to milliseconds, and 0 for nanoseconds.
# Why it matters: results of runs are kept in such a database next to the tests, and spread is what decides whether
# two of them differ. Times in nanoseconds of some seconds, or times of day, have a spread of nothing or of anything.
# Package: libderby-java 10.14.2.0-2 and libhsqldb-java 2.7.1-1+deb12u1 with openjdk-17-jdk-headless
# 17.0.21.1+2-1~deb12u1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download libderby-java=10.14.2.0-2 \
  libhsqldb-java=2.7.1-1+deb12u1 openjdk-17-{jre,jdk}-headless=17.0.21.1+2-1~deb12u1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
java=$work/usr/lib/jvm/java-17-openjdk-amd64
find "$java" -type l -lname '/etc/*' | while read -r link; do ln -sf "$work$(readlink "$link")" "$link"; done

cat >"$work/Try.java" <<'JAVA'
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

public class Try {
  static final long[] FIRST = {0, 100_000_000L, 1_000_000_000L, 1_700_000_000_000L};

  // What an engine tells for the variance of ten numbers in a row from each of FIRST on.
  static double[] ask(String url) throws SQLException {
    double[] told = new double[FIRST.length];
    try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement()) {
      System.out.println(connection.getMetaData().getDatabaseProductName() + " "
          + connection.getMetaData().getDatabaseProductVersion());
      statement.execute("CREATE TABLE t (x BIGINT)");
      PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?)");
      for (int i = 0; i < FIRST.length; i++) {
        statement.execute("DELETE FROM t");
        for (int j = 0; j < 10; j++) {
          insert.setLong(1, FIRST[i] + j);
          insert.execute();
        }
        try (ResultSet result = statement.executeQuery("SELECT VAR_POP(x), VAR_SAMP(x), STDDEV_POP(x) FROM t")) {
          result.next();
          told[i] = result.getDouble(1);
          System.out.printf("ten numbers from %d: VAR_POP %s, VAR_SAMP %s, STDDEV_POP %s%n", FIRST[i], told[i],
              result.getDouble(2), result.getDouble(3));
        }
      }
    }
    return told;
  }

  public static void main(String[] arguments) throws SQLException {
    double[] derby = ask("jdbc:derby:memory:t;create=true"), other = ask("jdbc:hsqldb:mem:t");
    boolean right = true;
    for (double variance : other) right &= Math.abs(variance - 8.25) < 1e-9;
    if (!right || derby[0] != 8.25 || derby[2] != 128 || derby[3] != 0) {
      System.err.println("changed");
      System.exit(1);
    }
  }
}
JAVA
jars=$work/usr/share/java
cd "$work"
"$java/bin/java" -cp "$jars/derby.jar:$jars/hsqldb.jar" "$work/Try.java"
