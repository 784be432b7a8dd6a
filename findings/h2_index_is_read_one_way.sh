#!/usr/bin/env bash
# H2 reads the whole table for the five largest keys, and for a composite key that is given as a row value.
#
# Guess: the primary key is a B-tree that is walked in both directions, so that ORDER BY k DESC LIMIT 5 reads five rows
# as ORDER BY k LIMIT 5 does; (a, b) = (5, 9) is a = 5 AND b = 9.
# What happens: an index is walked upwards only. Downwards all rows are read and sorted, 100,001 for five of 100,000;
# max(k) alone is a lookup, and max(k) WHERE k < 500 reads the rows below. An index ON t(k DESC) serves the descending
# order. Comparing rows, by =, > or IN, walks over the whole primary key, where each column by itself reads two rows;
# EXPLAIN names the key all the same, and shows a table scan for the descending order.
# Why it matters: "the latest n" and paging by (a, b) > (last a, last b) are usual queries of a comparison, and H2 the
# engine in process of Java. Both grow with the table here, by how the statement is written.
# Package: libh2-java 2.1.214-1 with openjdk-17-jdk-headless 17.0.21.1+2-1~deb12u1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download libh2-java=2.1.214-1 \
  openjdk-17-{jre,jdk}-headless=17.0.21.1+2-1~deb12u1)
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class Try {
  static final int ROWS = 100000;

  // The rows that H2 says it has read for a query.
  static int rowsRead(Statement statement, String query) throws SQLException {
    try (ResultSet result = statement.executeQuery("EXPLAIN ANALYZE " + query)) {
      result.next();
      Matcher count = Pattern.compile("scanCount: (\\d+)").matcher(result.getString(1));
      if (!count.find()) throw new IllegalStateException("no scanCount for " + query);
      System.out.println(query + ": " + count.group(1) + " rows read");
      return Integer.parseInt(count.group(1));
    }
  }

  public static void main(String[] arguments) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:h2:mem:");
    System.out.println("H2 " + connection.getMetaData().getDatabaseProductVersion());
    Statement statement = connection.createStatement();
    statement.execute("CREATE TABLE t (k BIGINT PRIMARY KEY)");
    statement.execute("CREATE TABLE p (a BIGINT, b BIGINT, PRIMARY KEY (a, b))");
    PreparedStatement one = connection.prepareStatement("INSERT INTO t VALUES (?)");
    PreparedStatement two = connection.prepareStatement("INSERT INTO p VALUES (?, ?)");
    for (long key = 0; key < ROWS; key++) {
      one.setLong(1, key);
      one.execute();
      two.setLong(1, key / 100);
      two.setLong(2, key % 100);
      two.execute();
    }
    int up = rowsRead(statement, "SELECT k FROM t ORDER BY k LIMIT 5");
    int down = rowsRead(statement, "SELECT k FROM t ORDER BY k DESC LIMIT 5");
    int below = rowsRead(statement, "SELECT max(k) FROM t WHERE k < 500");
    int columns = rowsRead(statement, "SELECT a FROM p WHERE a = 5 AND b = 9");
    int row = rowsRead(statement, "SELECT a FROM p WHERE (a, b) = (5, 9)");
    int beyond = rowsRead(statement, "SELECT a FROM p WHERE (a, b) > (999, 90) ORDER BY a, b LIMIT 5");
    statement.execute("CREATE INDEX t_down ON t (k DESC)");
    int served = rowsRead(statement, "SELECT k FROM t ORDER BY k DESC LIMIT 5");
    boolean right = up < 10 && columns < 10 && served < 10;
    if (!right || down < ROWS || below < 500 || row < ROWS || beyond < ROWS / 2) {
      System.err.println("changed");
      System.exit(1);
    }
  }
}
JAVA
"$java/bin/java" -cp "$work/usr/share/java/h2.jar" "$work/Try.java"
