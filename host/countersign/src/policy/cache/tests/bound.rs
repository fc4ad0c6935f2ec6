//! A cache does not grow beyond its bound.

use super::*;

/// Bytes of one entry with four bytes of meta: 120 of header, meta, code.
const ONE: u64 = 120 + 4 + CODE.len() as u64;

const CODE: [u8; 876] = [0xc0; 876];

/// A cache with room for three, and the first three in it, one older than the next.
fn with_three() -> Scene {
    let scene = Scene::with_bytes_max(3 * ONE);
    for number in 0..3 {
        scene.put(number, &CODE);
        grow_old(&scene, number, LONG_AGO * (9 - number));
    }
    scene
}

fn grow_old(scene: &Scene, number: u32, by: Duration) {
    age(&entry(scene, number), by);
    age(&code(scene, number), by);
}

fn entry(scene: &Scene, number: u32) -> PathBuf {
    scene.cache.dir().join(name::entry(&key(number)))
}

fn code(scene: &Scene, number: u32) -> PathBuf {
    let digest = Digest::of(&CODE);
    scene
        .cache
        .dir()
        .join(name::code(&key(number), digest.as_bytes(), ONE))
}

#[test]
fn what_fits_is_kept_to_the_last_byte() {
    let scene = with_three();
    assert_eq!(scene.bytes(), 3 * ONE);
    assert!((0..3).all(|number| scene.has(number)));
}

#[test]
fn the_oldest_goes_with_all_its_files() {
    let scene = with_three();
    scene.put(3, &CODE);
    assert_eq!(scene.bytes(), 3 * ONE);
    assert!(!scene.has(0));
    assert!((1..4).all(|number| scene.has(number)));
}

#[test]
fn what_was_used_is_not_the_oldest() {
    let scene = with_three();
    assert!(scene.has(0));
    scene.put(3, &CODE);
    assert!(!scene.has(1));
    assert!([0, 2, 3].into_iter().all(|number| scene.has(number)));
}

#[test]
fn a_use_is_noted_at_most_once_an_hour() {
    let scene = with_three();
    let entry = entry(&scene, 0);
    age(&entry, Duration::from_secs(59 * 60));
    let before = modified(&entry);
    assert!(scene.has(0));
    assert_eq!(modified(&entry), before);
    age(&entry, Duration::from_secs(61 * 60));
    let before = modified(&entry);
    assert!(scene.has(0));
    assert!(modified(&entry) > before);
}

#[test]
fn a_date_in_the_future_does_not_protect() {
    let scene = with_three();
    let future = SystemTime::now() + LONG_AGO;
    for file in [entry(&scene, 2), code(&scene, 2)] {
        let file = File::open(file).expect("it is there");
        file.set_modified(future).expect("it is ours");
    }
    scene.put(3, &CODE);
    assert!(!scene.has(2));
    assert!([0, 1, 3].into_iter().all(|number| scene.has(number)));
}

#[test]
fn what_is_larger_than_the_bound_is_not_stored_and_drives_out_nothing() {
    let scene = with_three();
    let too_large = vec![0; 3 * CODE.len() + 2 * 124 + 1];
    scene.put(3, &too_large);
    assert!((0..3).all(|number| scene.has(number)));
    assert!(!scene.has(3));
    scene.put(3, &too_large[1..]);
    assert!(scene.has(3));
    assert_eq!(scene.bytes(), 3 * ONE);
}

#[test]
fn meta_beyond_its_limit_is_an_error() {
    let scene = Scene::new();
    let meta = vec![0; META_BYTES_MAX + 1];
    assert!(scene.cache.put(&key(0), &meta, &CODE).is_err());
    assert_eq!(scene.bytes(), 0);
}

#[test]
fn old_temporary_files_go_and_new_ones_stay() {
    let scene = Scene::new();
    let [old, new] = [".new-old", ".new-new"].map(|name| scene.cache.dir().join(name));
    fs::write(&old, "half").expect("a file");
    fs::write(&new, "half").expect("a file");
    age(&old, LONG_AGO);
    scene.put(0, &CODE);
    assert!(!old.exists());
    assert!(new.exists());
}

#[test]
fn temporary_files_count() {
    let scene = with_three();
    fs::write(scene.cache.dir().join(".new-half"), "half").expect("a file");
    scene.put(3, &CODE);
    assert_eq!(scene.bytes(), 2 * ONE + 4);
    assert!([2, 3].into_iter().all(|number| scene.has(number)));
}

#[test]
fn old_halves_go_and_new_ones_stay() {
    let scene = Scene::new();
    let old_halves = [code(&scene, 1), entry(&scene, 2)];
    let new_halves = [code(&scene, 3), entry(&scene, 4)];
    for half in old_halves.iter().chain(&new_halves) {
        fs::write(half, "half").expect("a file");
    }
    old_halves.iter().for_each(|half| age(half, LONG_AGO));
    scene.put(0, &CODE);
    assert!(old_halves.iter().all(|half| !half.exists()));
    assert!(new_halves.iter().all(|half| half.exists()));
}

#[test]
fn code_that_was_replaced_goes_in_the_end_and_what_replaced_it_stays() {
    let scene = Scene::new();
    scene.put(0, b"before");
    let before = scene.file(".cwasm");
    scene.put(0, &CODE);
    assert!(before.exists(), "a reader may just have found it");
    age(&before, LONG_AGO * 2);
    age(&code(&scene, 0), LONG_AGO);
    scene.put(1, &CODE);
    assert!(!before.exists());
    assert!(scene.has(0));
}

#[test]
fn what_was_just_stored_stays_whatever_the_others_are_dated() {
    let scene = with_three();
    let soon = SystemTime::now() + LONG_AGO / 4;
    for number in 0..3 {
        let file = File::open(entry(&scene, number)).expect("it is there");
        file.set_modified(soon).expect("it is ours");
    }
    scene.put(3, &CODE);
    assert!(scene.has(3));
    assert_eq!(scene.bytes(), 3 * ONE);
}

#[test]
fn the_files_of_others_are_left_alone_and_do_not_count() {
    let scene = with_three();
    let other = scene.cache.dir().join("notes.txt");
    fs::write(&other, [0; 5000]).expect("a file");
    age(&other, LONG_AGO * 100);
    scene.put(2, &CODE);
    assert!(other.exists());
    assert!((0..3).all(|number| scene.has(number)));
}
