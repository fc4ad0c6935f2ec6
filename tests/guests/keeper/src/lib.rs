//! A policy that keeps the hello and two lists of the peer's certificates open at once, reads them in turns and closes them as its
//! settings ask. It tells what it read.

use std::mem;

use countersign_policy_sdk::{
    Description, Endpoint, Finding, FindingDoc, Offer, Policy, Session, SettingsError, Severity,
    Verdict, facts, facts::ClientHello, settings, words,
};

words! {
    /// In which order is closed what was opened.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    enum Closing {
        #[default]
        /// The last first, as variables are.
        YoungestFirst = "youngest-first",
        /// The first first.
        OldestFirst = "oldest-first",
        /// It stays open.
        Never = "never",
    }
}

settings! {
    /// What becomes of what was opened.
    #[derive(Debug)]
    pub struct Keeper {
        /// In which order it is closed.
        closing: Option<Closing>,
    }
}

/// What was read, and that it was the same twice.
const READ: &str = "keeper.read";

/// There was nothing to read, or it changed.
const CHANGED: &str = "keeper.changed";

impl Policy for Keeper {
    fn describe() -> Description {
        let doc = |code: &str, severity, summary: &str| FindingDoc {
            code: code.into(),
            severity,
            summary: summary.into(),
        };
        Description {
            name: "keeper".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            summary: "Tells what the client offered and whose certificates it showed.".into(),
            settings_schema: None,
            findings: vec![
                doc(READ, Severity::Note, "Says what was read."),
                doc(CHANGED, Severity::Violation, "What was read twice differs."),
            ],
        }
    }

    fn configure(text: &str) -> Result<Self, Vec<SettingsError>> {
        settings::from_text(text)
    }

    fn constrain(&self, _: &Endpoint, available: Offer) -> Offer {
        available
    }

    fn judge_parameters(&self, _: &Session) -> Verdict {
        Verdict::approve()
    }

    fn judge_peer(&self, _: &Session) -> Verdict {
        let hello = facts::hello();
        let first = facts::peer_certificates();
        let second = facts::peer_certificates();
        let finding = told(hello.as_ref(), &first, &second);
        match self.closing.unwrap_or_default() {
            Closing::YoungestFirst => {
                drop(second);
                drop(first);
                drop(hello);
            }
            Closing::OldestFirst => {
                drop(hello);
                drop(first);
                drop(second);
            }
            Closing::Never => {
                mem::forget(hello);
                mem::forget(first);
                mem::forget(second);
            }
        }
        Verdict::from_findings([finding])
    }
}

/// `h2; CN=a, CN=b`. The lists are read from both ends, with the hello between.
fn told(
    hello: Option<&ClientHello>,
    first: &[facts::Certificate],
    second: &[facts::Certificate],
) -> Finding {
    let Some(hello) = hello else {
        return Finding::violation(CHANGED, "There is no hello.");
    };
    let mut subjects = Vec::new();
    let mut protocols = Vec::new();
    for (one, same) in first.iter().zip(second) {
        subjects.push(one.subject());
        protocols = hello.alpn();
        if one.der() != same.der() || one.subject() != same.subject() {
            return Finding::violation(CHANGED, "A certificate changed.");
        }
    }
    for (one, subject) in second.iter().zip(&subjects).rev() {
        if one.subject() != *subject || hello.alpn() != protocols {
            return Finding::violation(CHANGED, "A certificate or the hello changed.");
        }
    }
    let protocols: Vec<_> = protocols
        .iter()
        .map(|name| String::from_utf8_lossy(name).into_owned())
        .collect();
    let (protocols, subjects) = (protocols.join(", "), subjects.join(", "));
    Finding::note(READ, format!("{protocols}; {subjects}"))
}

countersign_policy_sdk::export!(Keeper);

#[cfg(test)]
mod tests {
    use countersign_policy_sdk::built::{Certificate, Facts, Hello};

    use super::*;

    #[test]
    fn it_tells_what_it_read() {
        let named = |subject: &str| Certificate {
            subject: subject.into(),
            ..Certificate::default()
        };
        let facts = Facts {
            hello: Some(Hello {
                alpn: vec![b"h2".to_vec()],
                ..Hello::default()
            }),
            peer_certificates: vec![named("CN=a"), named("CN=b")],
            ..Facts::default()
        };
        let (finding, _) = facts.during(|| {
            let certificates = facts::peer_certificates();
            told(facts::hello().as_ref(), &certificates, &certificates)
        });
        assert_eq!(
            (&*finding.code, &*finding.message),
            (READ, "h2; CN=a, CN=b")
        );
    }
}
