//! Golden bytes: written by hand from `sparkplug_b.proto` and the protobuf encoding rules (key = field << 3 | wire type).

use super::*;
use crate::sparkplug::datatype::DataType;

fn same(payload: &Payload, golden: &[u8]) {
    assert_eq!(payload.encode_to_vec(), golden, "encoding");
    assert_eq!(&Payload::decode(golden).unwrap(), payload, "decoding");
}

#[test]
fn an_ndeath() {
    let metric = Metric {
        name: Some("bdSeq".into()),
        datatype: Some(DataType::Int64.code()),
        value: Some(MetricValue::Long(7)),
        ..Metric::default()
    };
    same(
        &Payload { timestamp: Some(1_700_000_000_000), metrics: vec![metric], ..Payload::default() },
        &[
            0x08, 0x80, 0xD0, 0x95, 0xFF, 0xBC, 0x31, // 1: timestamp = 1700000000000
            0x12, 0x0B, // 2: metric, 11 bytes
            0x0A, 0x05, b'b', b'd', b'S', b'e', b'q', // 1: name
            0x20, 0x04, // 4: datatype = Int64
            0x58, 0x07, // 11: long_value = 7
        ],
    );
}

#[test]
fn data_by_alias() {
    let metrics = vec![
        Metric { alias: Some(65_546), timestamp: Some(1), value: Some(MetricValue::Float(61.5)), ..Metric::default() },
        Metric { alias: Some(2), is_null: Some(true), ..Metric::default() },
        Metric { alias: Some(3), value: Some(MetricValue::Int((-1_i32).cast_unsigned())), ..Metric::default() },
        Metric {
            alias: Some(4),
            is_historical: Some(true),
            value: Some(MetricValue::Boolean(false)),
            ..Metric::default()
        },
    ];
    same(
        &Payload { timestamp: Some(2), metrics, seq: Some(255), ..Payload::default() },
        &[
            0x08, 0x02, // 1: timestamp = 2
            0x12, 0x0B, // 2: metric, 11 bytes
            0x10, 0x8A, 0x80, 0x04, // 2: alias = 65546
            0x18, 0x01, // 3: timestamp = 1
            0x65, 0x00, 0x00, 0x76, 0x42, // 12: float_value = 61.5, little endian
            0x12, 0x04, // 2: metric, 4 bytes
            0x10, 0x02, 0x38, 0x01, // alias = 2, 7: is_null
            0x12, 0x08, // 2: metric, 8 bytes
            0x10, 0x03, 0x50, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, // alias = 3, 10: int_value = 2^32 - 1
            0x12, 0x06, // 2: metric, 6 bytes
            0x10, 0x04, 0x28, 0x01, 0x70, 0x00, // alias = 4, 5: is_historical, 14: boolean_value = false, present
            0x18, 0xFF, 0x01, // 3: seq = 255
        ],
    );
}

#[test]
fn properties_and_metadata() {
    let mut properties = PropertySet::default();
    properties.push("Quality", DataType::Int32, PropertyScalar::Int(500));
    properties.push("engUnit", DataType::String, PropertyScalar::String("A".into()));
    let metadata = MetaData { size: Some(3), description: Some("d".into()), ..MetaData::default() };
    let metric = Metric { metadata: Some(metadata), properties: Some(properties), ..Metric::default() };
    same(
        &Payload { metrics: vec![metric], ..Payload::default() },
        &[
            0x12, 0x29, // 2: metric, 41 bytes
            0x42, 0x05, 0x18, 0x03, 0x42, 0x01, b'd', // 8: metadata { 3: size = 3, 8: description }
            0x4A, 0x20, // 9: properties, 32 bytes
            0x0A, 0x07, b'Q', b'u', b'a', b'l', b'i', b't', b'y', // 1: keys[0]
            0x0A, 0x07, b'e', b'n', b'g', b'U', b'n', b'i', b't', // 1: keys[1]
            0x12, 0x05, 0x08, 0x03, 0x18, 0xF4, 0x03, // 2: values[0] { 1: type = Int32, 3: int_value = 500 }
            0x12, 0x05, 0x08, 0x0C, 0x42, 0x01, b'A', // 2: values[1] { 1: type = String, 8: string_value }
        ],
    );
}

#[test]
fn a_data_set_is_not_packed() {
    let cell = |value| DataSetValue { value: Some(value) };
    let set = DataSet {
        num_of_columns: Some(2),
        columns: vec!["a".into(), "b".into()],
        types: vec![DataType::Int64.code(), DataType::Double.code()],
        rows: vec![DataSetRow { elements: vec![cell(DataSetScalar::Long(1)), cell(DataSetScalar::Double(0.5))] }],
    };
    let metric = Metric { value: Some(MetricValue::DataSet(set)), ..Metric::default() };
    same(
        &Payload { metrics: vec![metric], ..Payload::default() },
        &[
            0x12, 0x20, // 2: metric, 32 bytes
            0x8A, 0x01, 0x1D, // 17: dataset, 29 bytes
            0x08, 0x02, // 1: num_of_columns = 2
            0x12, 0x01, b'a', 0x12, 0x01, b'b', // 2: columns
            0x18, 0x04, 0x18, 0x0A, // 3: types, one key each
            0x22, 0x0F, // 4: row, 15 bytes
            0x0A, 0x02, 0x10, 0x01, // 1: element { 2: long_value = 1 }
            0x0A, 0x09, 0x21, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xE0,
            0x3F, // 1: element { 4: double_value = 0.5 }
        ],
    );
}

#[test]
fn a_template_definition_and_an_instance() {
    let parameter = TemplateParameter { name: Some("p".into()), kind: Some(4), value: Some(ParameterScalar::Long(3)) };
    let template = Template {
        version: Some("1".into()),
        metrics: vec![Metric { name: Some("m".into()), datatype: Some(9), ..Metric::default() }],
        parameters: vec![parameter],
        template_ref: None,
        is_definition: Some(true),
    };
    let definition = Metric {
        name: Some("T".into()),
        datatype: Some(19),
        value: Some(MetricValue::Template(template)),
        ..Metric::default()
    };
    let instance = Template { template_ref: Some("T".into()), is_definition: Some(false), ..Template::default() };
    let instance = Metric { value: Some(MetricValue::Template(instance)), ..Metric::default() };
    same(
        &Payload { metrics: vec![definition, instance], ..Payload::default() },
        &[
            0x12, 0x1D, // 2: metric, 29 bytes
            0x0A, 0x01, b'T', 0x20, 0x13, // 1: name, 4: datatype = Template
            0x92, 0x01, 0x15, // 18: template, 21 bytes
            0x0A, 0x01, b'1', // 1: version
            0x12, 0x05, 0x0A, 0x01, b'm', 0x20, 0x09, // 2: member { name, datatype = Float }
            0x1A, 0x07, 0x0A, 0x01, b'p', 0x10, 0x04, 0x20,
            0x03, // 3: parameter { 1: name, 2: type, 4: long_value }
            0x28, 0x01, // 5: is_definition
            0x12, 0x08, // 2: metric, 8 bytes
            0x92, 0x01, 0x05, // 18: template, 5 bytes
            0x22, 0x01, b'T', 0x28, 0x00, // 4: template_ref, 5: is_definition = false, present
        ],
    );
}

#[test]
fn unknown_fields_are_skipped() {
    // 3: seq = 1, then field 100 (varint) and an extension of the payload in field 6.
    let payload = Payload::decode(&[0x18, 0x01, 0xA0, 0x06, 0x05, 0x32, 0x01, 0xFF][..]).unwrap();
    assert_eq!(payload, Payload { seq: Some(1), ..Payload::default() });
}
