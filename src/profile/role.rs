//! Who may do what.

/// What a role may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// See.
    Read,
    /// Change settings, run tests, reset counters.
    Write,
    /// Open, close, trip, reset.
    Control,
    /// Everything, profile and roles included.
    Full,
}

/// The four roles of the brief, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees.
    Viewer,
    /// Settings, tests, counters.
    Maintenance,
    /// Control.
    Operator,
    /// All.
    Administrator,
}

/// What one role is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleGrant {
    /// The role.
    pub role: Role,
    /// What it may do.
    pub permissions: Vec<Permission>,
}

/// A security level with its features.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityLevel {
    /// `Standard`, `Enhanced`, `Critical`.
    pub id: String,
    /// Feature names.
    pub features: Vec<String>,
}

impl Permission {
    pub(super) const WORDS: &'static [(&'static str, Self)] =
        &[("Read", Self::Read), ("Write", Self::Write), ("Control", Self::Control), ("Full", Self::Full)];

    /// The word of the profile.
    #[must_use]
    pub const fn word(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}

impl Role {
    pub(super) const WORDS: &'static [(&'static str, Self)] = &[
        ("Viewer", Self::Viewer),
        ("Maintenance", Self::Maintenance),
        ("Operator", Self::Operator),
        ("Administrator", Self::Administrator),
    ];

    /// The word of the profile.
    #[must_use]
    pub const fn word(self) -> &'static str {
        Self::WORDS[self as usize].0
    }
}
