//! The protobuf messages of Sparkplug B, with proto2 semantics: everything is optional and absence is not a default.
//!
//! Field numbers are those of `sparkplug_b.proto`. Extension ranges are absent; prost skips what it does not know.

use prost::{Message, Oneof};

/// A message.
#[derive(Clone, PartialEq, Message)]
pub struct Payload {
    /// When it was made, milliseconds since 1970, UTC.
    #[prost(uint64, optional, tag = "1")]
    pub timestamp: Option<u64>,
    /// What it carries.
    #[prost(message, repeated, tag = "2")]
    pub metrics: Vec<Metric>,
    /// Sequence number, 0 to 255.
    #[prost(uint64, optional, tag = "3")]
    pub seq: Option<u64>,
    /// Schema id of `body`.
    #[prost(string, optional, tag = "4")]
    pub uuid: Option<String>,
    /// Anything else.
    #[prost(bytes = "vec", optional, tag = "5")]
    pub body: Option<Vec<u8>>,
}

/// A named value.
#[derive(Clone, PartialEq, Message)]
pub struct Metric {
    /// Full name with folders.
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    /// Short form of the name, set in a birth.
    #[prost(uint64, optional, tag = "2")]
    pub alias: Option<u64>,
    /// When the value was true, milliseconds since 1970, UTC.
    #[prost(uint64, optional, tag = "3")]
    pub timestamp: Option<u64>,
    /// [`super::datatype::DataType`] code.
    #[prost(uint32, optional, tag = "4")]
    pub datatype: Option<u32>,
    /// A stored value, not the current one.
    #[prost(bool, optional, tag = "5")]
    pub is_historical: Option<bool>,
    /// Not to be stored.
    #[prost(bool, optional, tag = "6")]
    pub is_transient: Option<bool>,
    /// There is no value.
    #[prost(bool, optional, tag = "7")]
    pub is_null: Option<bool>,
    /// About files and multi-part values.
    #[prost(message, optional, tag = "8")]
    pub metadata: Option<MetaData>,
    /// Properties, for example `engUnit`.
    #[prost(message, optional, tag = "9")]
    pub properties: Option<PropertySet>,
    /// The value.
    #[prost(oneof = "MetricValue", tags = "10, 11, 12, 13, 14, 15, 16, 17, 18")]
    pub value: Option<MetricValue>,
}

/// The value of a metric.
#[derive(Clone, PartialEq, Oneof)]
pub enum MetricValue {
    /// Signed integers up to 32 bits in two's complement, and unsigned ones.
    #[prost(uint32, tag = "10")]
    Int(u32),
    /// Integers of 64 bits, signed ones in two's complement, and `DateTime`.
    #[prost(uint64, tag = "11")]
    Long(u64),
    /// Float.
    #[prost(float, tag = "12")]
    Float(f32),
    /// Double.
    #[prost(double, tag = "13")]
    Double(f64),
    /// Boolean.
    #[prost(bool, tag = "14")]
    Boolean(bool),
    /// String, Text, UUID.
    #[prost(string, tag = "15")]
    String(String),
    /// Bytes, File and arrays.
    #[prost(bytes, tag = "16")]
    Bytes(Vec<u8>),
    /// A table.
    #[prost(message, tag = "17")]
    DataSet(DataSet),
    /// A template definition or instance.
    #[prost(message, tag = "18")]
    Template(Template),
}

/// About files and multi-part values.
#[derive(Clone, PartialEq, Message)]
pub struct MetaData {
    /// One of several parts.
    #[prost(bool, optional, tag = "1")]
    pub is_multi_part: Option<bool>,
    /// Media type.
    #[prost(string, optional, tag = "2")]
    pub content_type: Option<String>,
    /// Bytes.
    #[prost(uint64, optional, tag = "3")]
    pub size: Option<u64>,
    /// Number of the part.
    #[prost(uint64, optional, tag = "4")]
    pub seq: Option<u64>,
    /// File name.
    #[prost(string, optional, tag = "5")]
    pub file_name: Option<String>,
    /// File type.
    #[prost(string, optional, tag = "6")]
    pub file_type: Option<String>,
    /// MD5 of the file.
    #[prost(string, optional, tag = "7")]
    pub md5: Option<String>,
    /// In words.
    #[prost(string, optional, tag = "8")]
    pub description: Option<String>,
}

/// Properties: as many keys as values.
#[derive(Clone, PartialEq, Message)]
pub struct PropertySet {
    /// Names.
    #[prost(string, repeated, tag = "1")]
    pub keys: Vec<String>,
    /// Values, in the order of the names.
    #[prost(message, repeated, tag = "2")]
    pub values: Vec<PropertyValue>,
}

/// Several property sets.
#[derive(Clone, PartialEq, Message)]
pub struct PropertySetList {
    /// The sets.
    #[prost(message, repeated, tag = "1")]
    pub propertyset: Vec<PropertySet>,
}

/// The value of a property.
#[derive(Clone, PartialEq, Message)]
pub struct PropertyValue {
    /// [`super::datatype::DataType`] code.
    #[prost(uint32, optional, tag = "1")]
    pub kind: Option<u32>,
    /// There is no value.
    #[prost(bool, optional, tag = "2")]
    pub is_null: Option<bool>,
    /// The value.
    #[prost(oneof = "PropertyScalar", tags = "3, 4, 5, 6, 7, 8, 9, 10")]
    pub value: Option<PropertyScalar>,
}

/// What a property may hold.
#[derive(Clone, PartialEq, Oneof)]
pub enum PropertyScalar {
    /// Integers up to 32 bits.
    #[prost(uint32, tag = "3")]
    Int(u32),
    /// Integers of 64 bits, `DateTime`.
    #[prost(uint64, tag = "4")]
    Long(u64),
    /// Float.
    #[prost(float, tag = "5")]
    Float(f32),
    /// Double.
    #[prost(double, tag = "6")]
    Double(f64),
    /// Boolean.
    #[prost(bool, tag = "7")]
    Boolean(bool),
    /// String.
    #[prost(string, tag = "8")]
    String(String),
    /// Nested set.
    #[prost(message, tag = "9")]
    Set(PropertySet),
    /// Nested sets.
    #[prost(message, tag = "10")]
    Sets(PropertySetList),
}

/// A table.
#[derive(Clone, PartialEq, Message)]
pub struct DataSet {
    /// Number of columns.
    #[prost(uint64, optional, tag = "1")]
    pub num_of_columns: Option<u64>,
    /// Names of the columns.
    #[prost(string, repeated, tag = "2")]
    pub columns: Vec<String>,
    /// Datatype codes of the columns; not packed, as proto2 has it.
    #[prost(uint32, repeated, packed = "false", tag = "3")]
    pub types: Vec<u32>,
    /// Rows.
    #[prost(message, repeated, tag = "4")]
    pub rows: Vec<DataSetRow>,
}

/// A row of a table.
#[derive(Clone, PartialEq, Message)]
pub struct DataSetRow {
    /// Cells, one a column.
    #[prost(message, repeated, tag = "1")]
    pub elements: Vec<DataSetValue>,
}

/// A cell of a table.
#[derive(Clone, PartialEq, Message)]
pub struct DataSetValue {
    /// The value; none when it is null.
    #[prost(oneof = "DataSetScalar", tags = "1, 2, 3, 4, 5, 6")]
    pub value: Option<DataSetScalar>,
}

/// What a cell may hold.
#[derive(Clone, PartialEq, Oneof)]
pub enum DataSetScalar {
    /// Integers up to 32 bits.
    #[prost(uint32, tag = "1")]
    Int(u32),
    /// Integers of 64 bits, `DateTime`.
    #[prost(uint64, tag = "2")]
    Long(u64),
    /// Float.
    #[prost(float, tag = "3")]
    Float(f32),
    /// Double.
    #[prost(double, tag = "4")]
    Double(f64),
    /// Boolean.
    #[prost(bool, tag = "5")]
    Boolean(bool),
    /// String.
    #[prost(string, tag = "6")]
    String(String),
}

/// A template (UDT): definition or instance.
#[derive(Clone, PartialEq, Message)]
pub struct Template {
    /// Version of the definition.
    #[prost(string, optional, tag = "1")]
    pub version: Option<String>,
    /// Members.
    #[prost(message, repeated, tag = "2")]
    pub metrics: Vec<Metric>,
    /// Parameters.
    #[prost(message, repeated, tag = "3")]
    pub parameters: Vec<TemplateParameter>,
    /// Metric name of the definition, in an instance.
    #[prost(string, optional, tag = "4")]
    pub template_ref: Option<String>,
    /// A definition, not an instance.
    #[prost(bool, optional, tag = "5")]
    pub is_definition: Option<bool>,
}

/// A parameter of a template.
#[derive(Clone, PartialEq, Message)]
pub struct TemplateParameter {
    /// Name.
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    /// Datatype code.
    #[prost(uint32, optional, tag = "2")]
    pub kind: Option<u32>,
    /// Value.
    #[prost(oneof = "ParameterScalar", tags = "3, 4, 5, 6, 7, 8")]
    pub value: Option<ParameterScalar>,
}

/// What a template parameter may hold.
#[derive(Clone, PartialEq, Oneof)]
pub enum ParameterScalar {
    /// Integers up to 32 bits.
    #[prost(uint32, tag = "3")]
    Int(u32),
    /// Integers of 64 bits, `DateTime`.
    #[prost(uint64, tag = "4")]
    Long(u64),
    /// Float.
    #[prost(float, tag = "5")]
    Float(f32),
    /// Double.
    #[prost(double, tag = "6")]
    Double(f64),
    /// Boolean.
    #[prost(bool, tag = "7")]
    Boolean(bool),
    /// String.
    #[prost(string, tag = "8")]
    String(String),
}

impl PropertySet {
    /// Adds one property.
    pub fn push(&mut self, key: &str, kind: super::datatype::DataType, value: PropertyScalar) {
        self.keys.push(key.to_owned());
        self.values.push(PropertyValue { kind: Some(kind.code()), is_null: None, value: Some(value) });
    }

    /// A property by name.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&PropertyScalar> {
        let at = self.keys.iter().position(|k| k == key)?;
        self.values.get(at)?.value.as_ref()
    }
}

#[cfg(test)]
mod tests;
