// Rust's BTreeMap as an index, through the C interface (omenbench/c_plugin.h), with the standard library alone:
//   rustc --crate-type cdylib -C opt-level=3 -C target-cpu=native -C panic=abort btree_map.rs -o libbtree_map.so
//   omenbench run --plugin ./libbtree_map.so -d lognormal -n 1M -w ycsb-a -i absl-btree -i std-map
// `panic=abort`: a panic must not unwind into the host. The table mirrors the struct of the header, member by member.
use std::collections::BTreeMap;
use std::os::raw::{c_char, c_int, c_void};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Entry {
    key: u64,
    payload: u64,
}

#[repr(C)]
pub struct Index {
    name: *const c_char,
    display: *const c_char,
    citation: *const c_char,
    family: u32,
    shared_reads: u32,
    peak_bytes_per_key: f64,
    build: Option<unsafe extern "C" fn(*const Entry, usize) -> *mut c_void>,
    destroy: Option<unsafe extern "C" fn(*mut c_void)>,
    find: Option<unsafe extern "C" fn(*const c_void, u64, *mut u64) -> c_int>,
    lower_bound: Option<unsafe extern "C" fn(*const c_void, u64, *mut Entry) -> c_int>,
    scan: Option<unsafe extern "C" fn(*const c_void, u64, *mut Entry, usize) -> usize>,
    update: Option<unsafe extern "C" fn(*mut c_void, u64, u64) -> c_int>,
    insert: Option<unsafe extern "C" fn(*mut c_void, u64, u64) -> c_int>,
    erase: Option<unsafe extern "C" fn(*mut c_void, u64) -> c_int>,
    find_batch: Option<unsafe extern "C" fn(*const c_void, *const u64, *mut u64, *mut u8, usize)>,
    size_bytes: Option<unsafe extern "C" fn(*const c_void) -> u64>,
}

#[repr(C)]
pub struct Plugin {
    abi: u32,
    index_size: u32,
    version: *const c_char,
    compiler: *const c_char,
    isa: *const c_char,
    index_count: usize,
    indexes: *const Index,
}

unsafe impl Sync for Index {}
unsafe impl Sync for Plugin {}

type Map = BTreeMap<u64, u64>;

unsafe fn map<'a>(index: *const c_void) -> &'a Map {
    &*(index as *const Map)
}

unsafe fn map_mut<'a>(index: *mut c_void) -> &'a mut Map {
    &mut *(index as *mut Map)
}

unsafe extern "C" fn build(entries: *const Entry, count: usize) -> *mut c_void {
    let entries = if count == 0 { &[] } else { std::slice::from_raw_parts(entries, count) };
    let map: Map = entries.iter().map(|entry| (entry.key, entry.payload)).collect();
    Box::into_raw(Box::new(map)) as *mut c_void
}

unsafe extern "C" fn destroy(index: *mut c_void) {
    drop(Box::from_raw(index as *mut Map));
}

unsafe extern "C" fn find(index: *const c_void, key: u64, payload: *mut u64) -> c_int {
    match map(index).get(&key) {
        Some(found) => {
            *payload = *found;
            1
        }
        None => 0,
    }
}

unsafe extern "C" fn lower_bound(index: *const c_void, key: u64, entry: *mut Entry) -> c_int {
    match map(index).range(key..).next() {
        Some((&key, &payload)) => {
            *entry = Entry { key, payload };
            1
        }
        None => 0,
    }
}

unsafe extern "C" fn scan(index: *const c_void, key: u64, out: *mut Entry, count: usize) -> usize {
    let mut found = 0;
    for (&key, &payload) in map(index).range(key..).take(count) {
        *out.add(found) = Entry { key, payload };
        found += 1;
    }
    found
}

unsafe extern "C" fn update(index: *mut c_void, key: u64, payload: u64) -> c_int {
    match map_mut(index).get_mut(&key) {
        Some(place) => {
            *place = payload;
            1
        }
        None => 0,
    }
}

unsafe extern "C" fn insert(index: *mut c_void, key: u64, payload: u64) -> c_int {
    use std::collections::btree_map::Entry::{Occupied, Vacant};
    match map_mut(index).entry(key) {
        Occupied(_) => 0,
        Vacant(place) => {
            place.insert(payload);
            1
        }
    }
}

unsafe extern "C" fn erase(index: *mut c_void, key: u64) -> c_int {
    map_mut(index).remove(&key).is_some() as c_int
}

/// A literal that ends in NUL, as C wants it.
const fn text(literal: &str) -> *const c_char {
    literal.as_ptr() as *const c_char
}

static INDEXES: [Index; 1] = [Index {
    name: text("rust-btree-map\0"),
    display: text("BTreeMap of Rust's standard library\0"),
    citation: text("examples/rust_plugin\0"),
    family: 1, // OMB_C_TREE
    shared_reads: 1,
    peak_bytes_per_key: 64.0,
    build: Some(build),
    destroy: Some(destroy),
    find: Some(find),
    lower_bound: Some(lower_bound),
    scan: Some(scan),
    update: Some(update),
    insert: Some(insert),
    erase: Some(erase),
    find_batch: None,
    size_bytes: None,
}];

static PLUGIN: Plugin = Plugin {
    abi: 1,
    index_size: std::mem::size_of::<Index>() as u32,
    version: text("1\0"),
    compiler: text("rustc\0"),
    isa: text("native\0"),
    index_count: 1,
    indexes: &INDEXES as *const [Index; 1] as *const Index,
};

#[no_mangle]
pub extern "C" fn omb_c_plugin() -> *const Plugin {
    &PLUGIN
}
