//! The policies that are loaded.

use countersign::policy::PolicySource;
use countersign_test_guests::Guest;

/// A component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The built-in policy, whose memory is one page of 64 KiB.
    BuiltIn,
    /// A small guest with one page of memory.
    Small,
    /// The same with four pages: the most with which a policy is rewound.
    SmallWithMore,
}

/// Takes memory from the middle of the first page on.
const REALLOC_IN_ONE_PAGE: &str = "
(global $free (mut i32) (i32.const 32768))
(func $realloc (export \"cabi_realloc\")
  (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
  (local $at i32)
  (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
  (global.set $free (i32.add (local.get $at) (local.get $size)))
  (local.get $at))
";

/// All of them are allowed by the floor. In which order they are wanted is what tells the settings apart.
const SUITES: [&str; 9] = [
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
];

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::BuiltIn, Self::Small, Self::SmallWithMore];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::BuiltIn => "built-in",
            Self::Small => "small-64-KiB",
            Self::SmallWithMore => "small-256-KiB",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The component.
    pub(crate) fn source(self) -> PolicySource {
        match self {
            Self::BuiltIn => PolicySource::Default,
            Self::Small => {
                let guest = Guest::good()
                    .part("memory", "(memory (export \"memory\") 1)")
                    .part("realloc", REALLOC_IN_ONE_PAGE);
                PolicySource::Bytes(guest.component())
            }
            Self::SmallWithMore => PolicySource::Bytes(Guest::good().component()),
        }
    }

    /// Settings that no other number has, up to 9! of them. The small guests take any and keep them in their memory.
    pub(crate) fn settings(number: usize) -> String {
        let (mut rest, mut number) = (SUITES.to_vec(), number);
        let mut suites = Vec::new();
        while !rest.is_empty() {
            suites.push(rest.remove(number % rest.len()));
            number /= rest.len() + 1;
        }
        format!(r#"{{ "cipher_suites": {suites:?} }}"#)
    }
}
