//! Many writers and readers at once.

use std::{env, process::Command, thread};

use super::*;

/// Names the directory for the processes that a test starts.
const DIR: &str = "COUNTERSIGN_TEST_CROWD";

const KEYS: u32 = 12;
const ROUNDS: u32 = 300;

/// Room for about half of the keys, so that there is always something to evict.
const BYTES_MAX: u64 = KEYS as u64 / 2 * (CODE_BYTES as u64 + 200);

const CODE_BYTES: usize = 20_000;

/// Code that is different for each key and variant, too long for one write to be whole by chance.
fn code(number: u32, variant: u8) -> Vec<u8> {
    let mut code = vec![variant; CODE_BYTES + usize::from(variant)];
    code[..4].copy_from_slice(&number.to_be_bytes());
    code
}

/// Stores and looks up, in an order of its own. Each hit must be whole, of its key, and meta and code of one `put`.
fn hustle(cache: &CodeCache, who: u32) -> u32 {
    let mut hits = 0;
    for round in 0..ROUNDS {
        let number = (round / 4 * (2 * who + 1) + who) % KEYS;
        let variant = (round % 3) as u8;
        match round % 4 {
            0 => cache
                .put(&key(number), &[variant], &code(number, variant))
                .expect("it is stored"),
            3 if round % 16 == 3 => cache.remove(&key(number)),
            _ => hits += u32::from(look_up(cache, number)),
        }
    }
    hits
}

fn look_up(cache: &CodeCache, number: u32) -> bool {
    let Some(cached) = cache.get(&key(number)) else {
        return false;
    };
    assert_eq!(cached.meta.len(), 1);
    match fs::read(&cached.code) {
        Ok(found) => assert!(
            found == code(number, cached.meta[0]),
            "it is something else"
        ),
        // Somebody has evicted or removed it since.
        Err(error) => assert_eq!(error.kind(), io::ErrorKind::NotFound),
    }
    true
}

/// What must hold when all have gone.
fn is_tidy(scene: &Scene) {
    assert!(scene.bytes() <= BYTES_MAX, "{} bytes", scene.bytes());
    assert!(
        scene
            .names()
            .iter()
            .all(|name| !name.starts_with(name::TEMPORARY))
    );
    scene.put(0, &code(0, 0));
    assert!(scene.has(0));
}

#[test]
fn threads_find_only_what_is_whole() {
    let scene = Scene::with_bytes_max(BYTES_MAX);
    let hits: u32 = thread::scope(|scope| {
        let cache = &scene.cache;
        let threads: Vec<_> = (0..6)
            .map(|who| scope.spawn(move || hustle(cache, who)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("all is whole"))
            .sum()
    });
    assert!(hits > 0, "nothing was ever found");
    is_tidy(&scene);
}

#[test]
fn processes_find_only_what_is_whole() {
    if let Some(dir) = env::var_os(DIR) {
        let cache = CodeCache::open(dir)
            .expect("it opens")
            .with_bytes_max(BYTES_MAX);
        let hits = hustle(&cache, std::process::id());
        return assert!(hits > 0, "nothing was ever found");
    }
    let scene = Scene::with_bytes_max(BYTES_MAX);
    let (_crate, module) = module_path!().split_once("::").expect("a module");
    let start = |_| {
        Command::new(env::current_exe().expect("a test runs"))
            .args([
                "--exact",
                &format!("{module}::processes_find_only_what_is_whole"),
            ])
            .env(DIR, scene.cache.dir())
            .spawn()
            .expect("it starts")
    };
    let processes: Vec<_> = (0..3).map(start).collect();
    for process in processes {
        let output = process.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", output.status);
    }
    assert!(!scene.names().is_empty(), "the processes did nothing");
    is_tidy(&scene);
}
