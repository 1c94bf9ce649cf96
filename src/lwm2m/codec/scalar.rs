//! Values of resources, of the data types of OMA TS LightweightM2M Core, Appendix C.

use std::fmt;
use std::sync::Arc;

/// Data types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// True or false.
    Bool,
    /// Signed whole number.
    Int,
    /// Unsigned whole number.
    Unsigned,
    /// Number.
    Float,
    /// UTF-8 text.
    Text,
    /// Bytes.
    Opaque,
    /// Seconds since 1970.
    Time,
    /// Link to an object instance.
    Link,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// True or false.
    Bool(bool),
    /// Signed whole number.
    Int(i64),
    /// Unsigned whole number.
    Unsigned(u64),
    /// Number.
    Float(f64),
    /// Text.
    Text(Arc<str>),
    /// Bytes.
    Opaque(Arc<[u8]>),
    /// Seconds since 1970.
    Time(i64),
    /// Object and instance; 65535:65535 is no link.
    Link(u16, u16),
}

impl Scalar {
    /// Text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    /// The data type.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Bool(_) => Kind::Bool,
            Self::Int(_) => Kind::Int,
            Self::Unsigned(_) => Kind::Unsigned,
            Self::Float(_) => Kind::Float,
            Self::Text(_) => Kind::Text,
            Self::Opaque(_) => Kind::Opaque,
            Self::Time(_) => Kind::Time,
            Self::Link(..) => Kind::Link,
        }
    }

    /// The number in it.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(n) | Self::Time(n) => Some(*n as f64),
            Self::Unsigned(n) => Some(*n as f64),
            Self::Float(x) => Some(*x),
            _ => None,
        }
    }

    /// The value as another data type, where nothing is lost; itself back where it cannot be.
    ///
    /// # Errors
    /// The value itself.
    pub fn cast(self, kind: Kind) -> Result<Self, Self> {
        match (kind, self) {
            (kind, value) if value.kind() == kind => Ok(value),
            (Kind::Float, Self::Int(n) | Self::Time(n)) => Ok(Self::Float(n as f64)),
            (Kind::Float, Self::Unsigned(n)) => Ok(Self::Float(n as f64)),
            (Kind::Time, Self::Int(n)) => Ok(Self::Time(n)),
            (Kind::Int, Self::Time(n)) => Ok(Self::Int(n)),
            (Kind::Int | Kind::Time, Self::Unsigned(n)) => match i64::try_from(n) {
                Ok(n) if kind == Kind::Int => Ok(Self::Int(n)),
                Ok(n) => Ok(Self::Time(n)),
                Err(_) => Err(Self::Unsigned(n)),
            },
            (Kind::Unsigned, Self::Int(n)) => u64::try_from(n).map(Self::Unsigned).map_err(|_| Self::Int(n)),
            // Both SenML syntaxes may write a whole number with a point or an exponent.
            (Kind::Int | Kind::Time | Kind::Unsigned, Self::Float(x)) => {
                if x.fract() == 0.0 && x.abs() < 9.0e15 {
                    Self::Int(x as i64).cast(kind).map_err(|_| Self::Float(x))
                } else {
                    Err(Self::Float(x))
                }
            }
            (Kind::Link, Self::Text(text)) => match link(&text) {
                Some((object, instance)) => Ok(Self::Link(object, instance)),
                None => Err(Self::Text(text)),
            },
            (_, value) => Err(value),
        }
    }
}

/// `object:instance`.
pub(super) fn link(text: &str) -> Option<(u16, u16)> {
    let (object, instance) = text.split_once(':')?;
    let id = |s: &str| s.bytes().all(|b| b.is_ascii_digit()).then(|| s.parse::<u16>().ok()).flatten();
    Some((id(object)?, id(instance)?))
}

/// As people read it, not as any wire carries it.
impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(b) => write!(f, "{b}"),
            Self::Int(n) | Self::Time(n) => write!(f, "{n}"),
            Self::Unsigned(n) => write!(f, "{n}"),
            Self::Float(x) => f.write_str(&decimal(*x)),
            Self::Text(text) => f.write_str(text),
            Self::Opaque(bytes) => bytes.iter().try_for_each(|b| write!(f, "{b:02x}")),
            Self::Link(object, instance) => write!(f, "{object}:{instance}"),
        }
    }
}

/// The shortest decimal that reads back as the number; a number that came out of 32 bits shows the digits of those.
pub(super) fn decimal(x: f64) -> String {
    let single = x as f32;
    if f64::from(single) == x { single.to_string() } else { x.to_string() }
}
