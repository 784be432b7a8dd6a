#!/usr/bin/env bash
# The mode of 1, 1, 1, 2, 2, 2, 3, 3 is 3 by Rust's streaming-stats.
#
# Guess: the most frequent value; with two of them one of both, or None, as its comment has it ("if the data does not
# have a mode, then None is returned").
# What happens: it walks the sorted values with two counters. A value that draws level with the leader clears the
# leader and its count, so that the next value that occurs twice is the mode, however often others were there. Of 20,000
# short lists of numbers from 0 to 3 some four hundred have a mode that is none of their most frequent values. modes()
# and Frequencies of the same crate are right.
# Why it matters: the most frequent key, and how far it stands out, are asked of a set with duplicates before a skewed
# workload is made of it; "xsv stats --mode" computes it with this crate. It is wrong just where keys share the first
# place, as those of generated data do.
# Package: librust-streaming-stats-dev 0.2.3-1+b1 with rustc 1.63.0+dfsg1-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download librust-streaming-stats-dev=0.2.3-1+b1 \
  librust-num-traits-dev=0.2.15-1 {rustc,libstd-rust-dev,libstd-rust-1.63}=1.63.0+dfsg1-2 libllvm14=1:14.0.6-12)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
rustc=("$work/usr/bin/rustc" --cap-lints allow -L "$work" --out-dir "$work")
crates=$work/usr/share/cargo/registry
"${rustc[@]}" --crate-type rlib --crate-name num_traits --cfg 'feature="std"' "$crates/num-traits-0.2.15/src/lib.rs"
"${rustc[@]}" --crate-type rlib --crate-name stats --extern "num_traits=$work/libnum_traits.rlib" \
  "$crates/streaming-stats-0.2.3/src/lib.rs"
echo "streaming-stats 0.2.3"

cat >"$work/attempt.rs" <<'RS'
use std::collections::BTreeMap;

/// The values that occur most often.
fn most_frequent(values: &[u64]) -> Vec<u64> {
    let mut counts = BTreeMap::new();
    for value in values {
        *counts.entry(*value).or_insert(0) += 1;
    }
    let most = *counts.values().max().unwrap();
    counts.iter().filter(|(_, count)| **count == most).map(|(value, _)| *value).collect()
}

fn main() {
    let list = [1u64, 1, 1, 2, 2, 2, 3, 3];
    let told = stats::mode(list.iter().cloned());
    println!("{:?}: mode {:?}, modes {:?}", list, told, stats::modes(list.iter().cloned()));

    let (mut wrong, mut state) = (0, 7919u64);
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) % below
    };
    for _ in 0..20000 {
        let values: Vec<u64> = (0..1 + draw(12)).map(|_| draw(4)).collect();
        if let Some(mode) = stats::mode(values.iter().cloned()) {
            wrong += if most_frequent(&values).contains(&mode) { 0 } else { 1 };
        }
    }
    println!("of 20000 short lists {} have a mode that is none of their most frequent values", wrong);
    if told != Some(3) || wrong < 100 {
        eprintln!("changed");
        std::process::exit(1);
    }
}
RS
"${rustc[@]}" --extern "stats=$work/libstats.rlib" "$work/attempt.rs"
"$work/attempt"
