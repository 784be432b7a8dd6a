#!/usr/bin/env bash
# The mean by group of 64-bit keys in R's data.table is -12 for -4 and -8, and 4.0e18 for 1e18 and 3e18.
#
# Guess: mean(k) with by= is what mean(k) is without; integer64, which data.table makes itself out of CSV files, is
# summed and divided as the integer that it is.
# What happens: grouped, a C routine divides the bits of the sum as a double by the size of the group. For sums from 0
# to 2^52 that is right (such doubles are so small that they are evenly spaced), for negative sums it gives the sum
# itself, and for large ones a number near it: 3,995,496,400,372,629,504. With na.rm = TRUE negative and large means are
# wrong in another way. base::mean, which goes around the routine, the sum by group and the median are right.
# Why it matters: fread gives this type to every column with numbers from 2^31 up, so keys, bytes and nanoseconds have
# it. Means of nanoseconds are right until a group's total passes 52 days, those of signed keys never, and a comparison
# of groups by size of key or of error looks plausible.
# Package: r-cran-data.table 1.14.8+dfsg-1 with r-cran-bit64 4.0.5-1 and r-base-core 4.2.2.20221110-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download r-base-core=4.2.2.20221110-2 \
  r-cran-data.table=1.14.8+dfsg-1 {r-cran-bit,r-cran-bit64}=4.0.5-1 {libblas3,liblapack3}=3.11.0-2 \
  {libgfortran5,libgomp1}=12.2.0-14+deb12u1 libtre5=0.8.0-7 libtirpc3=1.3.3+ds-1 libicu72=72.1-3+deb12u1 \
  libreadline8=8.2-1.3 libtinfo6=6.4-4)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
lib=$work/usr/lib/x86_64-linux-gnu
export R_HOME=$work/usr/lib/R R_LIBS=$work/usr/lib/R/site-library EDITOR=vi PAGER=cat
export LD_LIBRARY_PATH=$R_HOME/lib:$lib:$lib/blas:$lib/lapack:$work/lib/x86_64-linux-gnu
# Debian's package has its settings outside of its own folder, one of them made when it is installed.
rm -rf "$work/usr/lib/R/etc"
cp -r "$work/etc/R" "$R_HOME/etc"
touch "$R_HOME/etc/Renviron"

cat >"$work/try.R" <<'R'
suppressMessages({library(bit64); library(data.table)})
cat(R.version.string, "data.table", as.character(packageVersion("data.table")), "\n")

# A table as a CSV file has it, and the means of its keys: one after the other by group, with na.rm, by R's own mean.
ask <- function(keys) {
  file <- tempfile()
  writeLines(c("g,k", paste0("1,", keys)), file)
  table <- fread(file)
  if (!inherits(table$k, "integer64")) table[, k := as.integer64(k)]
  told <- c(
    format(table[, .(mean = mean(k)), by = g]$mean),
    format(table[, .(mean = mean(k, na.rm = TRUE)), by = g]$mean),
    format(table[, .(mean = base::mean(k)), by = g]$mean)
  )
  cat("mean of ", paste(keys, collapse = " and "), ": by group ", told[1], ", with na.rm ", told[2], ", by base::mean ",
      told[3], "\n", sep = "")
  told
}
small <- ask(c("4", "8"))
negative <- ask(c("-4", "-8"))
large <- ask(c("1000000000000000000", "3000000000000000000"))
if (!identical(small, c("6", "6", "6")) || negative[1] != "-12" || negative[3] != "-6" ||
    large[1] != "3995496400372629504" || large[3] != "2000000000000000000") {
  cat("changed\n", file = stderr())
  quit(status = 1)
}
R
"$R_HOME/bin/exec/R" --no-echo --no-restore --vanilla -f "$work/try.R"
