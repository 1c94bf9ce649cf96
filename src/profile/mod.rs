//! The device profile: what the device says it has.
//!
//! One XML file (`device-profiles/smart-breaker.fdi`) defines every datum once, in `<Parameters>`; methods, templates,
//! alarms and both protocol bindings refer to it by id. This room turns the text into a [`Profile`] or into the full
//! list of what is wrong with it. It knows no breaker.

mod alarm;
mod condition;
mod diagnostic;
mod fault;
mod function;
mod identity;
mod lwm2m;
mod method;
mod parameter;
mod print;
mod read;
mod role;
mod sparkplug;
mod template;
pub mod unit;
mod value;

pub use alarm::{Alarm, Severity};
pub use condition::{Comparison, Condition, Operand};
pub use diagnostic::DiagnosticTest;
pub use fault::{Fault, Faults};
pub use function::Function;
pub use identity::Identity;
pub use lwm2m::{Lwm2mBinding, Lwm2mObject, Lwm2mResource, ResourceTarget};
pub use method::{Method, MethodArg, MethodIx};
pub use parameter::{Access, Enumeration, Group, Parameter, ParameterIx, Unacceptable};
pub use print::{ddf, points, show};
pub use role::{Permission, Role, RoleGrant, SecurityLevel};
pub use sparkplug::{CommandMetric, Metric, MetricType, SparkplugBinding};
pub use template::Template;
pub use value::{Value, ValueKind};

/// Namespace of the profile language; the number is its major version.
pub const NAMESPACE: &str = "urn:breaker-console:device-profile:1";

/// A device profile, parsed and checked against itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Name of the file it was read from, for faults found later.
    pub file: String,
    /// `id` of the root element, for example `smart-breaker`.
    pub id: String,
    /// `profileVersion`, semantic versioning.
    pub version: String,
    /// Who made the device and what it is.
    pub identity: Identity,
    /// Named value lists.
    pub enumerations: Vec<Enumeration>,
    /// Every datum of the device, in file order. Other sections refer to it by position.
    pub parameters: Vec<Parameter>,
    /// What the device can be told to do.
    pub methods: Vec<Method>,
    /// What the device is for: functions with the parameters that belong to them.
    pub functions: Vec<Function>,
    /// Named sets of settings.
    pub templates: Vec<Template>,
    /// Diagnostic tests.
    pub tests: Vec<DiagnosticTest>,
    /// Alarm definitions.
    pub alarms: Vec<Alarm>,
    /// Roles with what they may do.
    pub roles: Vec<RoleGrant>,
    /// Security levels with their features.
    pub security_levels: Vec<SecurityLevel>,
    /// The Sparkplug B side.
    pub sparkplug: SparkplugBinding,
    /// The LwM2M side.
    pub lwm2m: Lwm2mBinding,
}

impl Profile {
    /// Reads a profile from text; `file` is the name to use in faults.
    ///
    /// # Errors
    /// Every disagreement found, all in one run.
    pub fn parse(text: &str, file: &str) -> Result<Self, Faults> {
        read::profile(text, file)
    }

    /// Reads a profile from the bytes of a file, which must be UTF-8; a byte order mark is skipped.
    ///
    /// # Errors
    /// As [`Profile::parse`]; or the first byte that is not UTF-8.
    pub fn parse_bytes(bytes: &[u8], file: &str) -> Result<Self, Faults> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::parse(text, file),
            Err(error) => {
                let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
                let reason = format!("byte {} is not UTF-8", error.valid_up_to());
                Err(Faults(vec![Fault { file: file.to_owned(), line, name: "file".to_owned(), reason }]))
            }
        }
    }

    /// The profile that ships with the program.
    pub const SHIPPED: &'static str = include_str!("../../device-profiles/smart-breaker.fdi");

    /// A second, much smaller device, which shows that nothing is hard-wired: other names, ids, aliases and ratings.
    pub const SHIPPED_MINI: &'static str = include_str!("../../device-profiles/mini-breaker.fdi");

    /// The enumeration of a parameter, if it has one.
    #[must_use]
    pub fn enumeration(&self, parameter: &Parameter) -> Option<&Enumeration> {
        parameter.enumeration.and_then(|at| self.enumerations.get(at))
    }

    /// The value as the parameter holds it; see [`Parameter::accept`].
    ///
    /// # Errors
    /// Kind, range or enumeration does not fit.
    pub fn accept(&self, ix: ParameterIx, given: &Value) -> Result<Value, Unacceptable> {
        self[ix].accept(self.enumeration(&self[ix]), given)
    }

    /// A value typed by a person: the name of an item, or the plain form of the kind.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the text.
    pub fn read_value(&self, ix: ParameterIx, text: &str) -> Result<Value, String> {
        self[ix].read(self.enumeration(&self[ix]), text)
    }

    /// A value for people: the name of an item, a number with its unit.
    #[must_use]
    pub fn show_value(&self, ix: ParameterIx, value: &Value) -> String {
        let parameter = &self[ix];
        match (value, self.enumeration(parameter)) {
            (Value::Int(number), Some(list)) => list.name(*number).map_or_else(|| number.to_string(), str::to_owned),
            (Value::Int(_) | Value::Float(_), _) => format!("{value}{}", parameter.unit_after_number()),
            _ => value.to_string(),
        }
    }

    /// A parameter by id.
    #[must_use]
    pub fn parameter(&self, id: &str) -> Option<(ParameterIx, &Parameter)> {
        self.parameters.iter().enumerate().find(|(_, p)| p.id == id).map(|(i, p)| (ParameterIx(i), p))
    }

    /// The parameter that shows a datum of the breaker, whatever the profile calls it.
    #[must_use]
    pub fn datum(&self, source: &str) -> Option<(ParameterIx, &Parameter)> {
        self.parameters.iter().enumerate().find(|(_, p)| p.source == source).map(|(i, p)| (ParameterIx(i), p))
    }

    /// A method by id.
    #[must_use]
    pub fn method(&self, id: &str) -> Option<(MethodIx, &Method)> {
        self.methods.iter().enumerate().find(|(_, m)| m.id == id).map(|(i, m)| (MethodIx(i), m))
    }

    /// A template by id.
    #[must_use]
    pub fn template(&self, id: &str) -> Option<&Template> {
        self.templates.iter().find(|t| t.id == id)
    }

    /// Whether a role holds a permission. `Full` holds all.
    #[must_use]
    pub fn grants(&self, role: Role, permission: Permission) -> bool {
        self.roles
            .iter()
            .filter(|g| g.role == role)
            .any(|g| g.permissions.contains(&permission) || g.permissions.contains(&Permission::Full))
    }
}

impl std::ops::Index<ParameterIx> for Profile {
    type Output = Parameter;
    fn index(&self, ix: ParameterIx) -> &Parameter {
        &self.parameters[ix.0]
    }
}

impl std::ops::Index<MethodIx> for Profile {
    type Output = Method;
    fn index(&self, ix: MethodIx) -> &Method {
        &self.methods[ix.0]
    }
}
