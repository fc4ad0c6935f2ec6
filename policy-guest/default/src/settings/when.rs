use std::fmt;

use countersign_policy_sdk::{Endpoint, Role, settings, words};

use super::{NamePattern, Port};

words! {
    /// Which end of the connection this is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum RoleWord {
        /// It opened the connection.
        Client = "client",
        /// It accepted the connection.
        Server = "server",
    }
}

settings! {
    /// For which connections: those for which all that is said here is so. There must be something.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct When {
        /// The name of the server: an exact name or address, or `*.example.com` for every name below.
        pub(crate) server_name: Option<NamePattern>,
        /// The TCP port.
        pub(crate) port: Option<Port>,
        /// The name that the operator gave to the listener or client.
        pub(crate) listener: Option<String>,
        /// Which end of the connection this is.
        pub(crate) role: Option<RoleWord>,
    }
}

impl When {
    /// Whether it says nothing, and so is for all connections.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What comes first among those that hold for one connection: the name before the port, the port before the listener, the listener
    /// before the role. Two that are equal here hold for different connections, or are the same.
    pub(crate) fn rank(&self) -> (usize, bool, bool, bool) {
        (
            self.server_name.as_ref().map_or(0, NamePattern::rank),
            self.port.is_some(),
            self.listener.is_some(),
            self.role.is_some(),
        )
    }

    /// Whether it is what another says, for one role.
    pub(crate) fn is_in_role(&self, role: RoleWord, of: &Self) -> bool {
        self.role == Some(role)
            && self.server_name == of.server_name
            && self.port == of.port
            && self.listener == of.listener
    }

    /// Whether it holds, as far as the endpoint goes.
    pub(crate) fn holds_at(&self, endpoint: &Endpoint) -> bool {
        let listener = self.listener.as_ref();
        let role = self.role.map(|role| match role {
            RoleWord::Client => Role::Client,
            RoleWord::Server => Role::Server,
        });
        listener.is_none_or(|listener| *listener == endpoint.listener)
            && role.is_none_or(|role| role == endpoint.role)
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            self.server_name
                .as_ref()
                .map(|name| format!("server name {name}")),
            self.port.map(|port| format!("port {port}")),
            self.listener
                .as_ref()
                .map(|name| format!("listener {name}")),
            self.role.map(|role| format!("role {}", role.word())),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        f.write_str(&parts.join(", "))
    }
}
