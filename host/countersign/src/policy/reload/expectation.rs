//! What an operator expects of new policies.

use std::{net::IpAddr, sync::Arc};

use countersign_names::SignatureScheme;
use rustls::pki_types::{CertificateDer, ServerName};

use super::{Chain, SelfTestError, self_test::Subject};
use crate::{
    facts::{ChainCheck, ConnectionFacts, normal_name},
    hello::ClientHello,
    policy::{Mode, Policy},
    session::Session,
    verdict::{Finding, Verdict},
};

/// A session, and what must become of it.
///
/// It is judged as on a connection: by every policy that enforces, its parameters first, and, if those are approved by
/// all, its peer. What audited policies say changes nothing.
#[derive(Clone, Debug)]
pub struct Expectation {
    description: String,
    session: Session,
    server_name: Option<String>,
    port: Option<u16>,
    address: Option<IpAddr>,
    hello: Option<Arc<ClientHello>>,
    certificates: Vec<CertificateDer<'static>>,
    check: ChainCheck,
    signature_scheme: Option<SignatureScheme>,
    expected: Expected,
    code: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Approval,
    Veto,
}

/// What the chain said.
enum Said {
    Approved(Vec<Finding>),
    Refused {
        by: SelfTestError,
        findings: Vec<Finding>,
    },
}

impl Expectation {
    /// Every policy that enforces approves this session.
    pub fn approval(description: impl Into<String>, session: Session) -> Self {
        Self::new(description.into(), session, Expected::Approval)
    }

    /// A policy that enforces vetoes this session.
    pub fn veto(description: impl Into<String>, session: Session) -> Self {
        Self::new(description.into(), session, Expected::Veto)
    }

    fn new(description: String, session: Session, expected: Expected) -> Self {
        Self {
            description,
            session,
            server_name: None,
            port: None,
            address: None,
            hello: None,
            certificates: Vec::new(),
            check: ChainCheck::NotMade,
            signature_scheme: None,
            expected,
            code: None,
        }
    }

    /// And one of them finds this.
    #[must_use]
    pub fn with_finding(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// The name of the server. Default: none.
    #[must_use]
    pub fn server_name(mut self, name: &ServerName<'_>) -> Self {
        self.server_name = Some(normal_name(name));
        self
    }

    /// The TCP port of the server. Default: none.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// The address of the other end. Default: none.
    #[must_use]
    pub fn address(mut self, address: IpAddr) -> Self {
        self.address = Some(address);
        self
    }

    /// The client's hello, where this end is the server; with it comes the name of the server, if it has one. Default: none.
    #[must_use]
    pub fn hello(mut self, hello: ClientHello) -> Self {
        self.hello = Some(Arc::new(hello));
        self
    }

    /// The certificates that the peer shows, its own first, and how their check ends. Default: none.
    #[must_use]
    pub fn certificates(mut self, chain: Vec<CertificateDer<'static>>, check: ChainCheck) -> Self {
        self.certificates = chain;
        self.check = check;
        self
    }

    /// With which scheme the peer signs the handshake. Default: none.
    #[must_use]
    pub fn signature_scheme(mut self, scheme: SignatureScheme) -> Self {
        self.signature_scheme = Some(scheme);
        self
    }

    /// Whether a chain does as expected.
    pub(super) fn check(&self, chain: &Chain) -> Result<(), SelfTestError> {
        let findings = match (self.expected, self.said(chain)?) {
            (Expected::Approval, Said::Approved(findings))
            | (Expected::Veto, Said::Refused { findings, .. }) => findings,
            (Expected::Approval, Said::Refused { by, .. }) => return Err(by),
            (Expected::Veto, Said::Approved(_)) => {
                return Err(SelfTestError::Approved {
                    description: self.description.clone(),
                });
            }
        };
        let is_found = |code: &String| findings.iter().any(|found| found.code.as_str() == code);
        match &self.code {
            Some(code) if !is_found(code) => Err(SelfTestError::NotFound {
                description: self.description.clone(),
                code: code.clone(),
            }),
            _ => Ok(()),
        }
    }

    fn said(&self, chain: &Chain) -> Result<Said, SelfTestError> {
        let facts = Arc::new(self.facts());
        let parameters =
            self.judged(chain, &facts, "judge-parameters", Policy::judge_parameters)?;
        let Said::Approved(mut findings) = parameters else {
            return Ok(parameters);
        };
        Ok(
            match self.judged(chain, &facts, "judge-peer", Policy::judge_peer)? {
                Said::Approved(more) => {
                    findings.extend(more);
                    Said::Approved(findings)
                }
                Said::Refused { by, findings: more } => {
                    findings.extend(more);
                    Said::Refused { by, findings }
                }
            },
        )
    }

    /// All that enforce are asked, as on a connection; the first veto is the one that is reported.
    fn judged(
        &self,
        chain: &Chain,
        facts: &Arc<ConnectionFacts>,
        function: &'static str,
        judge: super::corpus::Judge,
    ) -> Result<Said, SelfTestError> {
        let mut findings = Vec::new();
        let mut refused = None;
        for (at, link) in chain.links().iter().enumerate() {
            if link.mode == Mode::Audit {
                continue;
            }
            let subject = Subject::new(at, link);
            let ask = || judge(&link.policy, &self.session, Arc::clone(facts));
            let verdict = subject.answer(function, || format!("\"{}\"", self.description), ask)?;
            if let Verdict::Veto(refusal) = &verdict {
                let by = || self.refused(&subject, function, &refusal.findings);
                refused.get_or_insert_with(by);
            }
            findings.extend_from_slice(verdict.findings());
        }
        Ok(match refused {
            Some(by) => Said::Refused { by, findings },
            None => Said::Approved(findings),
        })
    }

    fn refused(
        &self,
        subject: &Subject<'_>,
        function: &'static str,
        findings: &[Finding],
    ) -> SelfTestError {
        let codes = findings.iter().map(|finding| finding.code.as_str());
        SelfTestError::Refused {
            by: subject.place(),
            function,
            description: self.description.clone(),
            codes: codes.map(ToOwned::to_owned).collect(),
        }
    }

    /// Made anew for every test: one of them is the day.
    fn facts(&self) -> ConnectionFacts {
        let known = ConnectionFacts {
            server_name: self.server_name.clone(),
            ..ConnectionFacts::of_server(self.port, self.address)
        };
        let known = match &self.hello {
            Some(hello) => known.with_hello(Arc::clone(hello)),
            None => known,
        };
        known.with_peer(
            &self.certificates,
            self.check.clone(),
            self.signature_scheme,
        )
    }
}
