//! The example configurations hold.

use std::fs;

use countersign_gateway::config::Loader;

use crate::site::Site;

#[test]
fn every_example_holds_without_a_warning() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let mut count = 0;
    let mut loader = Loader::new();
    for example in fs::read_dir(examples).expect("there are examples") {
        let path = example.expect("it is there").path();
        let site = Site::new();
        site.certify(
            "server",
            &["bank.example", "*.bank.example", "shop.example"],
        );
        let key = "zXH3ZcYpuQHRqbNvWn4jCuD0p0nHrVDcjGJ0PZ7e8h9KZQxB3yK6hB3kq0vY2sMd\n";
        site.write("tickets.keys", key);
        site.write("gateway.toml", &fs::read_to_string(&path).expect("text"));
        let loaded = loader.load(&site.path("gateway.toml"));
        let loaded = loaded.unwrap_or_else(|mistakes| panic!("{}: {mistakes}", path.display()));
        assert_eq!(loaded.warnings, [], "{}", path.display());
        count += 1;
    }
    assert_eq!(count, 5);
}
