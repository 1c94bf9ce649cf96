//! Datatype codes of the specification (6.4.16, table of data types).

use crate::profile::MetricType;
use std::fmt;

/// A datatype on the wire. Codes that are not listed are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the specification's own and say all there is to say")]
pub enum DataType {
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Float,
    Double,
    Boolean,
    String,
    DateTime,
    Text,
    Uuid,
    DataSet,
    Bytes,
    File,
    Template,
    PropertySet,
    PropertySetList,
    Int8Array,
    Int16Array,
    Int32Array,
    Int64Array,
    UInt8Array,
    UInt16Array,
    UInt32Array,
    UInt64Array,
    FloatArray,
    DoubleArray,
    BooleanArray,
    StringArray,
    DateTimeArray,
    Unknown(u32),
}

/// Code 1 first; the order is the wire's.
const IN_ORDER: [DataType; 34] = [
    DataType::Int8,
    DataType::Int16,
    DataType::Int32,
    DataType::Int64,
    DataType::UInt8,
    DataType::UInt16,
    DataType::UInt32,
    DataType::UInt64,
    DataType::Float,
    DataType::Double,
    DataType::Boolean,
    DataType::String,
    DataType::DateTime,
    DataType::Text,
    DataType::Uuid,
    DataType::DataSet,
    DataType::Bytes,
    DataType::File,
    DataType::Template,
    DataType::PropertySet,
    DataType::PropertySetList,
    DataType::Int8Array,
    DataType::Int16Array,
    DataType::Int32Array,
    DataType::Int64Array,
    DataType::UInt8Array,
    DataType::UInt16Array,
    DataType::UInt32Array,
    DataType::UInt64Array,
    DataType::FloatArray,
    DataType::DoubleArray,
    DataType::BooleanArray,
    DataType::StringArray,
    DataType::DateTimeArray,
];

impl DataType {
    /// From the code on the wire.
    #[must_use]
    pub fn from_code(code: u32) -> Self {
        (code as usize).checked_sub(1).and_then(|i| IN_ORDER.get(i).copied()).unwrap_or(Self::Unknown(code))
    }

    /// The code on the wire.
    #[must_use]
    pub fn code(self) -> u32 {
        match self {
            Self::Unknown(code) => code,
            known => IN_ORDER.iter().position(|t| *t == known).map_or(0, |i| i as u32 + 1),
        }
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(code) => write!(f, "datatype {code}"),
            known => write!(f, "{known:?}"),
        }
    }
}

/// The wire code of a metric's type.
#[must_use]
pub const fn code(kind: MetricType) -> u32 {
    match kind {
        MetricType::Int32 => 3,
        MetricType::Int64 => 4,
        MetricType::Float => 9,
        MetricType::Double => 10,
        MetricType::Boolean => 11,
        MetricType::String => 12,
        MetricType::DateTime => 13,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes as the specification lists them.
    #[test]
    fn tck_id_payloads_metric_datatype_value() {
        for (code, name) in [
            (1, "Int8"),
            (4, "Int64"),
            (9, "Float"),
            (12, "String"),
            (13, "DateTime"),
            (16, "DataSet"),
            (19, "Template"),
            (21, "PropertySetList"),
            (22, "Int8Array"),
            (34, "DateTimeArray"),
        ] {
            assert_eq!(DataType::from_code(code).to_string(), name);
            assert_eq!(DataType::from_code(code).code(), code);
        }
        assert_eq!(DataType::from_code(0), DataType::Unknown(0));
        assert_eq!(DataType::from_code(99), DataType::Unknown(99));
        assert_eq!(DataType::from_code(code(MetricType::Boolean)), DataType::Boolean);
    }
}
