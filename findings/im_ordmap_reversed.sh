#!/usr/bin/env bash
# Iterating backwards over 100,000 keys of Rust's im-rc::OrdMap gives 95,974 of them.
#
# Guess: a persistent B-tree whose iterator is double-ended gives backwards what it gives forwards, and get_prev(k) and
# get_next(k) are the nearest keys below and above, as BTreeMap's ranges have them.
# What happens: rev() over the whole map passes over nodes, so that from some thousands of keys on about 65 in a row are
# missing each time, four of a hundred in all; the last key is there, the order falls, and len() counts all. From 65
# keys on get_prev and get_next say None for numbers that have neighbours, one or two of a hundred. Forwards all is
# right, in ranges too.
# Why it matters: copying snapshots cheaply is what one compares this tree for, and "the latest n" and "the largest key
# not above" are the usual queries next to points and ranges. Tests with some hundred keys pass.
# Package: librust-im-rc-dev 15.1.0-1 with rustc 1.63.0+dfsg1-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download librust-im-rc-dev=15.1.0-1 \
  librust-sized-chunks-dev=0.6.5-2 librust-bitmaps-dev=2.1.0-1+b1 librust-typenum-dev=1.16.0-2 \
  librust-rand-core-dev=0.6.3-2 librust-rand-xoshiro-dev=0.6.0-2 \
  {rustc,libstd-rust-dev,libstd-rust-1.63}=1.63.0+dfsg1-2 libllvm14=1:14.0.6-12)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
rustc=("$work/usr/bin/rustc" --edition 2018 --cap-lints allow -O -L "$work" --out-dir "$work")
crates=$work/usr/share/cargo/registry

# typenum generates some of its sources; the other crates are compiled as they are.
"${rustc[@]}" --crate-name generate "$crates/typenum-1.16.0/build/main.rs"
OUT_DIR=$work "$work/generate" >"$work/generated"
while IFS='=' read -r name value; do export "$name=$value"; done < <(sed -n 's/^cargo:rustc-env=//p' "$work/generated")
built=()
# $1: a crate, $2: its version, then options. Compiles it as a library, with all that were compiled before at hand.
crate() {
  local name=${1//-/_} source=$crates/$1-$2/src/lib.rs
  "${rustc[@]}" --crate-type rlib --crate-name "$name" "${built[@]}" "${@:3}" "$source"
  built+=(--extern "$name")
}
crate typenum 1.16.0
crate bitmaps 2.1.0 --cfg 'feature="std"'
crate sized-chunks 0.6.5 --cfg 'feature="std"'
crate rand_core 0.6.3
crate rand_xoshiro 0.6.0
crate im-rc 15.1.0
echo "im-rc 15.1.0"

cat >"$work/attempt.rs" <<'RS'
use im_rc::OrdMap;
use std::collections::BTreeMap;

/// Of the keys 2, 4, ..., 2n: how many come forwards and backwards, and for how many numbers up to 2n the largest key
/// that is not above, and the smallest that is not below, are told wrongly.
fn ask(n: u64) -> (usize, usize, usize, usize) {
    let map: OrdMap<u64, u64> = (1..=n).map(|i| (2 * i, i)).collect();
    let right: BTreeMap<u64, u64> = (1..=n).map(|i| (2 * i, i)).collect();
    let (forwards, backwards) = (map.iter().count(), map.iter().rev().count());
    let below = (1..=2 * n).filter(|k| map.get_prev(k) != right.range(..=k).next_back()).count();
    let above = (1..=2 * n).filter(|k| map.get_next(k) != right.range(k..).next()).count();
    println!("{} keys, length {}: {} forwards, {} backwards; get_prev is wrong for {}, get_next for {}",
        n, map.len(), forwards, backwards, below, above);
    (forwards, backwards, below, above)
}

fn main() {
    let (small, middle, large) = (ask(64), ask(1000), ask(100000));
    let right = small == (64, 64, 0, 0) && middle.0 == 1000 && middle.1 == 1000 && large.0 == 100000;
    if !right || middle.2 == 0 || middle.3 == 0 || large.1 > 98000 || large.2 < 1000 || large.3 < 1000 {
        eprintln!("changed");
        std::process::exit(1);
    }
}
RS
"${rustc[@]}" "${built[@]}" "$work/attempt.rs"
"$work/attempt"
