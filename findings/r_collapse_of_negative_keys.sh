#!/usr/bin/env bash
# R's collapse takes all negative 64-bit keys for missing: of -5, 3, -10 and 7 the least is 3, and two are one group.
#
# Guess: what returns a column of class integer64 computes with integers of 64 bits; otherwise it refuses the class.
# What happens: such a column is stored in doubles, and collapse reads the bits as these. A negative integer is then a
# NaN: fmin and fmean leave it out, grouping by keys makes one group of all of them, under the name of the first, and
# sorting puts them behind the others in the order of the table. Of 2,000 keys from -1,000 to 999 there are 1,001
# groups. Keys from 0 up are ordered and grouped rightly. All results are of the class again, without a message; sort()
# and min() of bit64 are right.
# Why it matters: integer64 is R's type for 64-bit keys, signed ones being unsigned keys less 2^63, and collapse the
# fast package for grouped statistics. A result table grouped by key loses half of its rows and looks tidy.
# Package: r-cran-collapse 1.9.2-1 with r-cran-bit64 4.0.5-1 and r-base-core 4.2.2.20221110-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download r-base-core=4.2.2.20221110-2 r-cran-collapse=1.9.2-1 \
  {r-cran-bit,r-cran-bit64}=4.0.5-1 r-cran-rcpp=1.0.10-1 {libblas3,liblapack3}=3.11.0-2 \
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
suppressMessages({library(bit64); library(collapse)})
cat(R.version.string, "collapse", as.character(packageVersion("collapse")), "\n")

show <- function(name, values) {
  told <- paste(format(values), collapse = " ")
  cat(name, ": ", told, "\n", sep = "")
  invisible(told)
}
trimmed <- function(text) gsub(" +", " ", trimws(text))
keys <- as.integer64(c(-5, 3, -10, 7))
table <- data.frame(k = keys, v = 1:4)
told <- c(
  show("fmin", fmin(keys)),
  show("fmean", fmean(keys)),
  show("keys in order", roworder(table, k)$k),
  show("keys of the groups", collap(table, v ~ k, fsum)$k),
  show("values of the groups", collap(table, v ~ k, fsum)$v)
)
right <- c(
  show("min of bit64", min(keys)),
  show("sort of bit64", sort(keys))
)
many <- as.integer64(-1000:999)
groups <- c(fndistinct(many), GRP(many)$N.groups, length(unique(many)))
show("different keys of 2000 by fndistinct, groups by GRP, different ones by bit64", groups)
positive <- GRP(as.integer64(0:1999))$N.groups
show("groups of 0 to 1999", positive)
expected <- c("3", "5", "3 7 -5 -10", "3 7 -5", "2 4 4")
if (!identical(trimmed(told), expected) || !identical(trimmed(right), c("-10", "-10 -5 3 7")) ||
    groups[2] != 1001 || groups[3] != 2000 || positive != 2000) {
  cat("changed\n", file = stderr())
  quit(status = 1)
}
R
"$R_HOME/bin/exec/R" --no-echo --no-restore --vanilla -f "$work/try.R"
