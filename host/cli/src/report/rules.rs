//! What profiles ask of certificates, as values.

use countersign_default_policy::profiles::CertificateRules;
use serde_json::{Value, json};

/// The rules by their keys, which stay. Null: the publication says nothing.
pub(super) fn all(rules: &CertificateRules) -> [(&'static str, Value); 8] {
    let CertificateRules {
        scope,
        key_algorithms,
        min_rsa_bits,
        min_ec_bits,
        curves,
        signature_algorithms,
        max_lifetime_days,
        recommended_lifetime_days,
    } = rules;
    [
        ("key_algorithms", names(*key_algorithms)),
        ("min_rsa_bits", json!(min_rsa_bits)),
        ("min_ec_bits", json!(min_ec_bits)),
        ("curves", names(*curves)),
        ("signature_algorithms", names(*signature_algorithms)),
        ("max_lifetime_days", json!(max_lifetime_days)),
        (
            "recommended_lifetime_days",
            json!(recommended_lifetime_days),
        ),
        ("scope", json!(scope.word())),
    ]
}

/// Those in which two differ: the key, and both.
pub(super) fn differing(
    a: &CertificateRules,
    b: &CertificateRules,
) -> Vec<(&'static str, Value, Value)> {
    let pairs = all(a).into_iter().zip(all(b));
    let pairs = pairs.map(|((key, a), (_, b))| (key, a, b));
    pairs.filter(|(_, a, b)| a != b).collect()
}

fn names<T: ToString>(values: Option<&[T]>) -> Value {
    let names = values.map(|values| values.iter().map(ToString::to_string).collect::<Vec<_>>());
    json!(names)
}
