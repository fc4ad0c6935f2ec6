//! The generated side of the contract in `wit/`: the only place that expands it.

wasmtime::component::bindgen!({
    path: "../../wit",
    world: "policy",
    imports: { default: trappable },
    with: {
        "countersign:policy/facts.certificate": crate::policy::imports::CertificateHandle,
        "countersign:policy/facts.client-hello": crate::policy::imports::ClientHelloHandle,
    },
});
