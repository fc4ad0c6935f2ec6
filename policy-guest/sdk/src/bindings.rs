//! The code generated from the WIT contract. Nothing but the glue and the `export!` macro looks in here.

#![expect(
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    reason = "generated"
)]

wit_bindgen::generate!({
    world: "policy",
    path: "wit",
    export_macro_name: "export_world",
    pub_export_macro: true,
    default_bindings_module: "countersign_policy_sdk::bindings",
});
