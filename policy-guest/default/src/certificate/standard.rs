//! What published standards ask of certificates.

use countersign_names::Group;

use super::{
    rules::{Asked, Bits, Origin, PeerRules, SignedWith},
    signature_algorithm::SignatureAlgorithm,
};
use crate::profiles::{Listed, Profile, Until, signature};

impl PeerRules {
    /// What a standard asks of a server's certificates.
    pub(super) fn of_profile(profile: &'static Profile) -> Self {
        fn by<T>(name: &'static str) -> impl Fn(T) -> Asked<T> {
            move |value| Asked {
                value,
                by: Origin::Profile(name),
            }
        }
        let rules = &profile.certificate;
        Self {
            scope: rules.scope,
            key_algorithms: rules
                .key_algorithms
                .map(<[_]>::to_vec)
                .map(by(profile.name)),
            rsa_bits: rules.min_rsa_bits.map(Bits::AtLeast).map(by(profile.name)),
            ec_bits: ec_bits(profile).map(by(profile.name)),
            signature_algorithms: signed_with(profile).map(by(profile.name)),
            lifetime_days: rules.max_lifetime_days.map(by(profile.name)),
            advised_days: rules.recommended_lifetime_days.map(by(profile.name)),
            ..Self::NONE
        }
    }
}

/// The sizes of elliptic curves. The contract does not tell curves, only their sizes: so of a standard's curves these are
/// asked, and another curve of the same size passes.
fn ec_bits(profile: &Profile) -> Option<Bits> {
    let least = profile.certificate.min_ec_bits;
    let Some(curves) = profile.certificate.curves else {
        return least.map(Bits::AtLeast);
    };
    let mut sizes: Vec<u32> = Vec::new();
    for size in curves.iter().filter_map(|&curve| field_bits(curve)) {
        if size >= least.unwrap_or_default() && !sizes.contains(&size) {
            sizes.push(size);
        }
    }
    Some(Bits::These(sizes))
}

/// The size of the field of a curve that certificates have keys of (RFC 8422, RFC 8734).
pub(super) const fn field_bits(curve: Group) -> Option<u32> {
    Some(match curve.code() {
        0x0017 | 0x001a | 0x001f => 256,
        0x0018 | 0x001b | 0x0020 => 384,
        0x0019 => 521,
        0x001c | 0x0021 => 512,
        0x0015 => 224,
        _ => return None,
    })
}

/// The algorithms that certificates may be signed with. Of several schemes that certificates name alike, the one with the latest end
/// counts.
fn signed_with(profile: &Profile) -> Option<Vec<SignedWith>> {
    if let Some(oids) = profile.certificate.signature_algorithms {
        let forever = |oid: &&'static str| SignedWith {
            algorithm: SignatureAlgorithm::of(oid),
            until: Until::Open,
        };
        return Some(oids.iter().map(forever).collect());
    }
    let mut list: Vec<SignedWith> = Vec::new();
    for Listed { value, until } in profile.certificate_signature_schemes? {
        let Some(oid) = signature::oid_of(*value) else {
            continue;
        };
        let algorithm = SignatureAlgorithm::of(oid);
        match list.iter_mut().find(|known| known.algorithm == algorithm) {
            Some(known) if rank(*until) > rank(known.until) => known.until = *until,
            Some(_) => {}
            None => list.push(SignedWith {
                algorithm,
                until: *until,
            }),
        }
    }
    Some(list)
}

/// Higher for what ends later: a promise that may be renewed never ends for certain.
const fn rank(until: Until) -> (u8, u16) {
    match until {
        Until::Year(year) => (0, year),
        Until::AtLeast(year) => (1, year),
        Until::Open => (2, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profiles::{self, Scope};

    fn rules(name: &str) -> PeerRules {
        PeerRules::of_profile(profiles::find(name).expect(name).profile)
    }

    #[test]
    fn nothing_of_a_standard_is_lost() {
        for profile in profiles::all() {
            let rules = PeerRules::of_profile(profile);
            let curves = profile.certificate.curves.unwrap_or_default();
            assert!(
                curves.iter().all(|&curve| field_bits(curve).is_some()),
                "{}",
                profile.name
            );
            let schemes = profile.certificate_signature_schemes.unwrap_or_default();
            assert!(
                schemes
                    .iter()
                    .all(|scheme| signature::oid_of(scheme.value).is_some()),
                "{}",
                profile.name
            );
            let is_empty = matches!(&rules.ec_bits, Some(Asked { value: Bits::These(sizes), .. }) if sizes.is_empty());
            assert!(!is_empty, "{}", profile.name);
        }
    }

    #[test]
    fn curves_are_asked_for_by_size() {
        let sizes = |name| rules(name).ec_bits.map(|asked| asked.value);
        assert_eq!(
            sizes("mozilla-6.0-modern"),
            Some(Bits::These(vec![256, 384]))
        );
        assert_eq!(sizes("cnsa-1.0"), Some(Bits::These(vec![384])));
        assert_eq!(sizes("bsi-tr-02102-2-2023"), Some(Bits::AtLeast(250)));
        assert_eq!(sizes("cnsa-2.0"), None);
    }

    #[test]
    fn a_curve_that_is_too_small_is_not_asked_for() {
        let mut profile = *profiles::find("mozilla-6.0-modern")
            .expect("it is there")
            .profile;
        profile.certificate.min_ec_bits = Some(384);
        assert_eq!(ec_bits(&profile), Some(Bits::These(vec![384])));
    }

    #[test]
    fn schemes_become_what_certificates_name() {
        let list = rules("cnsa-1.0")
            .signature_algorithms
            .expect("it has a list");
        assert_eq!(list.by, Origin::Profile("cnsa-1.0"));
        let oids: Vec<_> = list.value.iter().map(|one| one.algorithm.oid()).collect();
        // ecdsa-with-SHA384 (RFC 5758) and sha384WithRSAEncryption (RFC 8017).
        assert_eq!(oids, ["1.2.840.10045.4.3.3", "1.2.840.113549.1.1.12"]);
    }

    #[test]
    fn the_latest_end_counts() {
        let list = rules("bsi-tr-02102-2-2023")
            .signature_algorithms
            .expect("it has a list")
            .value;
        let until = |oid| {
            let found = list.iter().find(|one| one.algorithm.oid() == oid);
            found.map(|one| one.until)
        };
        // BSI: RSA with PKCS #1 v1.5 until 2025; P-256 with SHA-256 until 2027 at least, brainpoolP256r1 with it until 2029 at least.
        assert_eq!(until("1.2.840.113549.1.1.11"), Some(Until::Year(2025)));
        assert_eq!(until("1.2.840.10045.4.3.2"), Some(Until::AtLeast(2029)));
        assert_eq!(
            list.iter()
                .filter(|one| one.algorithm.oid() == signature::RSASSA_PSS)
                .count(),
            1
        );
    }

    /// Mozilla's pages configure a server; the others speak of certificates in general.
    #[test]
    fn only_what_configures_a_server_speaks_of_its_own_certificate_alone() {
        for profile in profiles::all() {
            let is_own = rules(profile.name).scope == Scope::Own;
            let is_of_mozilla = profile.about.source.contains("mozilla/");
            assert_eq!(is_own, is_of_mozilla, "{}", profile.name);
        }
    }
}
