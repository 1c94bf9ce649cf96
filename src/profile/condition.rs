//! Conditions over parameters.

use super::parameter::ParameterIx;
use super::value::Value;

/// A condition over parameters, from the text of `<When>`.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Both.
    And(Box<Self>, Box<Self>),
    /// Either.
    Or(Box<Self>, Box<Self>),
    /// A comparison.
    Compare(Operand, Comparison, Operand),
}

impl Condition {
    /// Hands out every parameter it depends on, some of them more than once.
    pub fn parameters(&self, hand_out: &mut impl FnMut(ParameterIx)) {
        match self {
            Self::And(left, right) | Self::Or(left, right) => {
                left.parameters(hand_out);
                right.parameters(hand_out);
            }
            Self::Compare(left, _, right) => {
                for operand in [left, right] {
                    if let Operand::Parameter(ix) = operand {
                        hand_out(*ix);
                    }
                }
            }
        }
    }
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// The value of a parameter.
    Parameter(ParameterIx),
    /// A constant.
    Constant(Value),
}

/// Comparisons in a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// Longer ones first, so that a reader takes `<=` before `<`.
    pub(super) const SYMBOLS: &'static [(&'static str, Self)] = &[
        ("==", Self::Equal),
        ("!=", Self::NotEqual),
        ("<=", Self::LessOrEqual),
        (">=", Self::GreaterOrEqual),
        ("<", Self::Less),
        (">", Self::Greater),
    ];

    /// As a condition writes it.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// Whether two numbers stand in this relation.
    #[must_use]
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}
