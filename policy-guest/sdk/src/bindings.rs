//! The code generated from the WIT contract. Nothing but the glue and the `export!` macro looks in here.

#![expect(
    clippy::too_many_arguments,
    reason = "generated: a record is passed as its fields"
)]

wit_bindgen::generate!({
    world: "policy",
    path: "../../wit/policy.wit",
    export_macro_name: "export_world",
    pub_export_macro: true,
    default_bindings_module: "countersign_policy_sdk::bindings",
});
