#!/usr/bin/env bash
# Rust's concread B+tree gives 3,998 keys of 4,000 for a range in which none lies.
#
# Guess: range(11..15) over 0, 10, 20, ... is empty, as with the BTreeMap whose interface it has.
# What happens: both ends of the walk are placed by themselves; where no key lies between the bounds the end is before
# the beginning, is never met, and the walk goes on to the last key of the tree: 3,998 keys for 11..15. Nearly all empty
# ranges are wrong so. Ranges that hold a key are right, as are get and the whole walk.
# Why it matters: it is a B+tree with snapshots for many readers beside one writer, one to compare for concurrent scans.
# Short ranges over sparse keys are empty mostly; each of them costs a pass over the table, and a count of results is
# off by orders of magnitude.
# Package: librust-concread-dev 0.4.1-1 with rustc 1.63.0+dfsg1-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download librust-concread-dev=0.4.1-1 \
  librust-sptr-dev=0.3.2-1+b1 librust-smallvec-dev=1.9.0-1 librust-cfg-if-dev=1.0.0-1 \
  librust-crossbeam-utils-dev=0.8.12-1 \
  {rustc,libstd-rust-dev,libstd-rust-1.63}=1.63.0+dfsg1-2 libllvm14=1:14.0.6-12)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
rustc=("$work/usr/bin/rustc" --edition 2021 --cap-lints allow -O -L "$work" --out-dir "$work")
crates=$work/usr/share/cargo/registry

built=()
# $1: a crate, $2: its version, then options. Compiles it as a library, with all that were compiled before at hand.
crate() {
  local name=${1//-/_} source=$crates/$1-$2/src/lib.rs
  "${rustc[@]}" --crate-type rlib --crate-name "$name" "${built[@]}" "${@:3}" "$source"
  built+=(--extern "$name=$work/lib$name.rlib")
}
crate cfg-if 1.0.0
crate crossbeam-utils 0.8.12 --cfg 'feature="std"'
crate smallvec 1.9.0
crate sptr 0.3.2
crate concread 0.4.1 --cfg 'feature="maps"'
echo "concread 0.4.1"

cat >"$work/attempt.rs" <<'RS'
use concread::bptree::BptreeMap;
use std::collections::BTreeMap;

const KEYS: u64 = 4000;

fn main() {
    let (map, mut right) = (BptreeMap::new(), BTreeMap::new());
    let mut load = map.write();
    for i in 0..KEYS {
        let key = i * 7919 % KEYS * 10;
        load.insert(key, i);
        right.insert(key, i);
    }
    load.commit();

    let snapshot = map.read();
    let walked = snapshot.iter().map(|(key, _)| *key).eq(right.keys().copied());
    let found = (0..KEYS * 10).filter(|key| snapshot.get(key) == right.get(key)).count() as u64;
    println!("{} keys, walked rightly: {}, gets that are right: {} of {}", snapshot.len(), walked, found, KEYS * 10);
    let none = snapshot.range(11..15).count();
    println!("range(11..15): {} keys, the first is {:?}", none, snapshot.range(11..15).next());

    let (mut empty, mut wrong_empty, mut other, mut wrong_other) = (0, 0, 0, 0);
    for from in 0..KEYS * 10 {
        for width in [1, 3, 9, 15, 30, 200] {
            let told = snapshot.range(from..from + width).map(|(key, _)| *key);
            let wrong = !told.eq(right.range(from..from + width).map(|(key, _)| *key));
            if right.range(from..from + width).next().is_none() {
                empty += 1;
                wrong_empty += wrong as u64;
            } else {
                other += 1;
                wrong_other += wrong as u64;
            }
        }
    }
    println!("wrong: {} of {} empty ranges, {} of {} others", wrong_empty, empty, wrong_other, other);
    let rest = walked && found == KEYS * 10;
    if !rest || none < 1000 || wrong_other > 0 || wrong_empty < empty / 2 {
        eprintln!("changed");
        std::process::exit(1);
    }
}
RS
"${rustc[@]}" "${built[@]}" "$work/attempt.rs"
"$work/attempt"
