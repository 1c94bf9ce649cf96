//! Values of foreign fleets: any datatype, in whichever field its sender put it.

use super::array::unpack;
use crate::sparkplug::datatype::DataType;
use crate::sparkplug::payload::{
    DataSet, DataSetScalar, MetricValue, ParameterScalar, PropertyScalar, PropertySet, Template,
};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Decoded {
    /// No value.
    Null,
    /// Boolean.
    Bool(bool),
    /// Signed integers.
    Int(i64),
    /// Unsigned integers.
    UInt(u64),
    /// Float.
    Float(f32),
    /// Double.
    Double(f64),
    /// String, Text, UUID.
    Text(Arc<str>),
    /// Milliseconds since 1970.
    Time(u64),
    /// Bytes, File, and arrays that are none.
    Bytes(Bytes),
    /// Arrays.
    Array(Arc<[Decoded]>),
    /// `DataSet`.
    Table(Arc<Table>),
    /// Template definition or instance.
    Template(Arc<Udt>),
    /// Properties inside properties.
    Properties(Arc<Properties>),
    /// Several sets of properties.
    PropertyList(Arc<[Properties]>),
    /// A value of so many bytes that is not kept.
    Large(usize),
}

/// Properties by name.
pub type Properties = BTreeMap<Arc<str>, Decoded>;

/// A data set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Name and datatype of each column.
    pub columns: Vec<(Arc<str>, DataType)>,
    /// Cells, row by row.
    pub rows: Vec<Vec<Decoded>>,
}

/// A template.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Udt {
    /// Metric name of the definition, in an instance.
    pub reference: Option<Arc<str>>,
    /// Version of the definition.
    pub version: Option<Arc<str>>,
    /// A definition.
    pub definition: bool,
    /// Name, datatype and value of each member.
    pub members: Vec<(Arc<str>, DataType, Decoded)>,
    /// Name and value of each parameter.
    pub parameters: Vec<(Arc<str>, Decoded)>,
}

/// Datatypes of the members of a template definition.
pub(super) type Members = BTreeMap<Arc<str>, DataType>;

impl Decoded {
    /// About how many bytes it takes to keep.
    #[must_use]
    pub fn weight(&self) -> usize {
        let inner = match self {
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
            Self::Array(values) => values.iter().map(Self::weight).sum(),
            Self::Table(table) => {
                let names: usize = table.columns.iter().map(|(name, _)| name.len() + 24).sum();
                names + table.rows.iter().flatten().map(Self::weight).sum::<usize>()
            }
            Self::Template(udt) => {
                let members: usize = udt.members.iter().map(|(name, _, value)| name.len() + 24 + value.weight()).sum();
                members + udt.parameters.iter().map(|(name, value)| name.len() + 24 + value.weight()).sum::<usize>()
            }
            Self::Properties(set) => set.iter().map(|(name, value)| name.len() + 24 + value.weight()).sum(),
            Self::PropertyList(sets) => {
                sets.iter().flatten().map(|(name, value)| name.len() + 24 + value.weight()).sum()
            }
            _ => 0,
        };
        size_of::<Self>() + inner
    }

    /// Itself, or its size when it takes more than so many bytes.
    #[must_use]
    pub fn bounded(self, most: usize) -> Self {
        let weight = self.weight();
        if weight > most { Self::Large(weight) } else { self }
    }
}

/// Reads a value; the second tells whether it was one of the datatype. Without a datatype, or with one that is not
/// listed, the field decides, and integers count as signed.
pub(super) fn decode(value: Option<&MetricValue>, kind: DataType, members: Option<&Members>) -> (Decoded, bool) {
    let Some(value) = value else { return (Decoded::Null, true) };
    let fits = |v| (v, true);
    let misfits = || (raw(value, members), false);
    match (kind, value) {
        (DataType::Int8, MetricValue::Int(v)) => signed(*v, 8).map_or_else(misfits, fits),
        (DataType::Int16, MetricValue::Int(v)) => signed(*v, 16).map_or_else(misfits, fits),
        (DataType::Int32, MetricValue::Int(v)) => fits(Decoded::Int(i64::from(v.cast_signed()))),
        (DataType::Int64, MetricValue::Long(v)) => fits(Decoded::Int(v.cast_signed())),
        (DataType::UInt8, MetricValue::Int(v)) if *v <= 0xFF => fits(Decoded::UInt(u64::from(*v))),
        (DataType::UInt16, MetricValue::Int(v)) if *v <= 0xFFFF => fits(Decoded::UInt(u64::from(*v))),
        (DataType::UInt32, MetricValue::Int(v)) => fits(Decoded::UInt(u64::from(*v))),
        // The table of the specification has it in the other field, and decoders in the field disagree to this day.
        (DataType::UInt32, MetricValue::Long(v)) if u32::try_from(*v).is_ok() => fits(Decoded::UInt(*v)),
        (DataType::UInt64, MetricValue::Long(v)) => fits(Decoded::UInt(*v)),
        (DataType::DateTime, MetricValue::Long(v)) => fits(Decoded::Time(*v)),
        (DataType::Float, MetricValue::Float(v)) => fits(Decoded::Float(*v)),
        (DataType::Double, MetricValue::Double(v)) => fits(Decoded::Double(*v)),
        (DataType::Boolean, MetricValue::Boolean(v)) => fits(Decoded::Bool(*v)),
        (DataType::String | DataType::Text | DataType::Uuid, MetricValue::String(_))
        | (DataType::Bytes | DataType::File, MetricValue::Bytes(_))
        | (DataType::DataSet, MetricValue::DataSet(_))
        | (DataType::Template, MetricValue::Template(_))
        | (DataType::Unknown(_), _) => fits(raw(value, members)),
        (array, MetricValue::Bytes(v)) => {
            unpack(v, array).map_or_else(misfits, |values| fits(Decoded::Array(values.into())))
        }
        // The right number in the wrong field is still readable.
        (DataType::UInt8 | DataType::UInt16 | DataType::UInt64, MetricValue::Int(v)) => {
            (Decoded::UInt(u64::from(*v)), false)
        }
        (DataType::UInt8 | DataType::UInt16 | DataType::UInt32, MetricValue::Long(v)) => (Decoded::UInt(*v), false),
        (DataType::DateTime, MetricValue::Int(v)) => (Decoded::Time(u64::from(*v)), false),
        _ => misfits(),
    }
}

/// Eight or sixteen bits in two's complement: as a pattern of that width, or extended to 32 bits. Encoders in the field
/// do either.
fn signed(v: u32, bits: u32) -> Option<Decoded> {
    let wide = v.cast_signed();
    let (low, high) = (-(1_i32 << (bits - 1)), (1_i32 << (bits - 1)) - 1);
    if (low..=high).contains(&wide) {
        return Some(Decoded::Int(i64::from(wide)));
    }
    (v >> bits == 0).then(|| Decoded::Int(i64::from((v << (32 - bits)).cast_signed() >> (32 - bits))))
}

fn raw(value: &MetricValue, members: Option<&Members>) -> Decoded {
    match value {
        MetricValue::Int(v) => Decoded::Int(i64::from(v.cast_signed())),
        MetricValue::Long(v) => Decoded::Int(v.cast_signed()),
        MetricValue::Float(v) => Decoded::Float(*v),
        MetricValue::Double(v) => Decoded::Double(*v),
        MetricValue::Boolean(v) => Decoded::Bool(*v),
        MetricValue::String(v) => Decoded::Text(Arc::from(v.as_str())),
        MetricValue::Bytes(v) => Decoded::Bytes(Bytes::copy_from_slice(v)),
        MetricValue::DataSet(v) => Decoded::Table(Arc::new(table(v))),
        MetricValue::Template(v) => Decoded::Template(Arc::new(template(v, members))),
    }
}

fn table(set: &DataSet) -> Table {
    let kind = |i: usize| DataType::from_code(set.types.get(i).copied().unwrap_or(0));
    let cell = |(i, cell): (usize, &crate::sparkplug::payload::DataSetValue)| {
        let value = cell.value.as_ref().map(|v| match v {
            DataSetScalar::Int(v) => MetricValue::Int(*v),
            DataSetScalar::Long(v) => MetricValue::Long(*v),
            DataSetScalar::Float(v) => MetricValue::Float(*v),
            DataSetScalar::Double(v) => MetricValue::Double(*v),
            DataSetScalar::Boolean(v) => MetricValue::Boolean(*v),
            DataSetScalar::String(v) => MetricValue::String(v.clone()),
        });
        decode(value.as_ref(), kind(i), None).0
    };
    Table {
        columns: set.columns.iter().enumerate().map(|(i, name)| (Arc::from(name.as_str()), kind(i))).collect(),
        rows: set.rows.iter().map(|row| row.elements.iter().enumerate().map(cell).collect()).collect(),
    }
}

fn template(template: &Template, members: Option<&Members>) -> Udt {
    let member = |m: &crate::sparkplug::payload::Metric| {
        let name = m.name.as_deref().unwrap_or_default();
        let kind = m
            .datatype
            .map(DataType::from_code)
            .or_else(|| members.and_then(|known| known.get(name).copied()))
            .unwrap_or(DataType::Unknown(0));
        (Arc::from(name), kind, decode(m.value.as_ref(), kind, None).0)
    };
    let parameter = |p: &crate::sparkplug::payload::TemplateParameter| {
        let value = p.value.as_ref().map(|v| match v {
            ParameterScalar::Int(v) => MetricValue::Int(*v),
            ParameterScalar::Long(v) => MetricValue::Long(*v),
            ParameterScalar::Float(v) => MetricValue::Float(*v),
            ParameterScalar::Double(v) => MetricValue::Double(*v),
            ParameterScalar::Boolean(v) => MetricValue::Boolean(*v),
            ParameterScalar::String(v) => MetricValue::String(v.clone()),
        });
        let kind = DataType::from_code(p.kind.unwrap_or(0));
        (Arc::from(p.name.as_deref().unwrap_or_default()), decode(value.as_ref(), kind, None).0)
    };
    let text = |t: &Option<String>| t.as_deref().map(Arc::from);
    Udt {
        reference: text(&template.template_ref),
        version: text(&template.version),
        definition: template.is_definition == Some(true),
        members: template.metrics.iter().map(member).collect(),
        parameters: template.parameters.iter().map(parameter).collect(),
    }
}

/// Properties by name; of keys without value and values without key nothing is kept.
pub(super) fn properties(set: &PropertySet) -> Properties {
    let value = |v: &crate::sparkplug::payload::PropertyValue| {
        let scalar = match v.value.as_ref() {
            None => return Decoded::Null,
            Some(PropertyScalar::Set(set)) => return Decoded::Properties(Arc::new(properties(set))),
            Some(PropertyScalar::Sets(list)) => {
                return Decoded::PropertyList(list.propertyset.iter().map(properties).collect());
            }
            Some(PropertyScalar::Int(v)) => MetricValue::Int(*v),
            Some(PropertyScalar::Long(v)) => MetricValue::Long(*v),
            Some(PropertyScalar::Float(v)) => MetricValue::Float(*v),
            Some(PropertyScalar::Double(v)) => MetricValue::Double(*v),
            Some(PropertyScalar::Boolean(v)) => MetricValue::Boolean(*v),
            Some(PropertyScalar::String(v)) => MetricValue::String(v.clone()),
        };
        decode(Some(&scalar), DataType::from_code(v.kind.unwrap_or(0)), None).0
    };
    set.keys.iter().zip(&set.values).map(|(key, v)| (Arc::from(key.as_str()), value(v))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sparkplug::payload::{DataSetRow, DataSetValue, Metric, PropertyValue};

    #[test]
    fn small_signed_integers_in_both_forms_of_the_field() {
        for (kind, wire, value) in [
            (DataType::Int8, 0xFF, -1),
            (DataType::Int8, 0xFFFF_FFFF, -1),
            (DataType::Int8, 0x80, -128),
            (DataType::Int8, 0x7F, 127),
            (DataType::Int16, 0x8AD0, -30000),
            (DataType::Int16, 0xFFFF_8AD0, -30000),
            (DataType::Int32, 0xFFFF_FFFE, -2),
        ] {
            let read = decode(Some(&MetricValue::Int(wire)), kind, None);
            assert_eq!(read, (Decoded::Int(value), true), "{kind} {wire:#x}");
        }
        assert_eq!(decode(Some(&MetricValue::Int(300)), DataType::Int8, None), (Decoded::Int(300), false));
    }

    #[test]
    fn unsigned_integers_stay_unsigned_in_either_field() {
        let read = |v, kind| decode(Some(&v), kind, None);
        assert_eq!(read(MetricValue::Int(0xFFFF_FFFF), DataType::UInt32), (Decoded::UInt(4_294_967_295), true));
        assert_eq!(read(MetricValue::Long(0xFFFF_FFFF), DataType::UInt32), (Decoded::UInt(4_294_967_295), true));
        assert_eq!(read(MetricValue::Long(u64::MAX), DataType::UInt64), (Decoded::UInt(u64::MAX), true));
        assert_eq!(read(MetricValue::Long(u64::MAX), DataType::Int64), (Decoded::Int(-1), true));
        assert_eq!(read(MetricValue::Int(256), DataType::UInt8), (Decoded::UInt(256), false));
        assert_eq!(read(MetricValue::Double(1.0), DataType::Int32), (Decoded::Double(1.0), false));
        assert_eq!(read(MetricValue::Int(7), DataType::Unknown(99)), (Decoded::Int(7), true));
    }

    #[test]
    fn a_data_set_by_the_types_of_its_columns() {
        let cell = |value| DataSetValue { value };
        let set = DataSet {
            num_of_columns: Some(3),
            columns: vec!["a".into(), "b".into(), "c".into()],
            types: vec![1, 13, 12],
            rows: vec![DataSetRow {
                elements: vec![cell(Some(DataSetScalar::Int(0xFE))), cell(Some(DataSetScalar::Long(1000))), cell(None)],
            }],
        };
        let (Decoded::Table(table), true) = decode(Some(&MetricValue::DataSet(set)), DataType::DataSet, None) else {
            panic!("no table");
        };
        assert_eq!(table.rows, [[Decoded::Int(-2), Decoded::Time(1000), Decoded::Null]]);
        assert_eq!(table.columns[1], ("b".into(), DataType::DateTime));
    }

    #[test]
    fn members_of_an_instance_in_data_have_the_types_of_the_definition() {
        let member = Metric { name: Some("n".into()), value: Some(MetricValue::Int(0xFF)), ..Metric::default() };
        let instance = Template { metrics: vec![member], template_ref: Some("t".into()), ..Template::default() };
        let members = Members::from([(Arc::from("n"), DataType::UInt8)]);
        let read = decode(Some(&MetricValue::Template(instance)), DataType::Template, Some(&members)).0;
        let Decoded::Template(udt) = read else { panic!("no template") };
        assert_eq!(udt.members, [(Arc::from("n"), DataType::UInt8, Decoded::UInt(255))]);
    }

    #[test]
    fn properties_nest() {
        let value = |kind, value| PropertyValue { kind: Some(kind), is_null: None, value: Some(value) };
        let inner = PropertySet { keys: vec!["x".into()], values: vec![value(11, PropertyScalar::Boolean(true))] };
        let set = PropertySet {
            keys: vec!["Quality".into(), "deep".into(), "no value".into()],
            values: vec![value(3, PropertyScalar::Int(500)), value(20, PropertyScalar::Set(inner))],
        };
        let read = properties(&set);
        assert_eq!(read["Quality"], Decoded::Int(500));
        let Decoded::Properties(deep) = &read["deep"] else { panic!("no set") };
        assert_eq!(deep["x"], Decoded::Bool(true));
        assert_eq!(read.len(), 2);
    }

    #[test]
    fn what_is_too_large_is_its_size() {
        let text = Decoded::Text("x".repeat(1000).into());
        let weight = text.weight();
        assert!(weight >= 1000);
        assert_eq!(text.clone().bounded(999), Decoded::Large(weight));
        assert_eq!(text.clone().bounded(weight), text);
    }
}
