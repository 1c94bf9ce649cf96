use super::frame::{Frame, Head};
use super::*;
use proptest::prelude::*;

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn entry(at: &str, value: Scalar) -> Entry {
    Entry::new(path(at), value)
}

/// The device of the examples of OMA TS LightweightM2M Core 1.1, 7.4.3 and 7.4.4.
fn device_kinds(path: Path) -> Option<Kind> {
    match path.resource? {
        0..=3 | 14..=19 => Some(Kind::Text),
        13 => Some(Kind::Time),
        22 => Some(Kind::Link),
        _ => Some(Kind::Int),
    }
}

fn any_kind(_: Path) -> Option<Kind> {
    None
}

#[test]
fn a_payload_that_is_text_and_keys_in_any_order_are_taken() {
    let frame = Frame::decode(&hex("a3 07 63 61 62 63 02 05 12 18 cd")).unwrap();
    assert_eq!((frame.head, frame.token, frame.payload.as_deref()), (Head::Response(205), 5, Some(b"abc".as_slice())));
    for wrong in ["80", "a0", "a10109", "a3010902051218cd", "a201184d0205", "a201090220", "a20109026135", "a2010902"] {
        assert!(Frame::decode(&hex(wrong)).is_err(), "{wrong}");
    }
}

/// OMA TS LightweightM2M Core 1.1, table 7.4.3.2-1: the device object as TLV.
const DEVICE_TLV: &str =
    "c800144f70656e204d6f62696c6520416c6c69616e6365 c801164c69676874776569676874204d324d20436c69656e74
    c80209333435303030313233 c303312e30 86064100014101 05 88070842000ed842011388 87084100 7d 42010384
    c10964 c10a0f 830b4100 00 c40d5182428f c60e2b30323a3030 c11055";

fn device() -> Vec<Entry> {
    vec![
        entry("/3/0/0", Scalar::text("Open Mobile Alliance")),
        entry("/3/0/1", Scalar::text("Lightweight M2M Client")),
        entry("/3/0/2", Scalar::text("345000123")),
        entry("/3/0/3", Scalar::text("1.0")),
        entry("/3/0/6/0", Scalar::Int(1)),
        entry("/3/0/6/1", Scalar::Int(5)),
        entry("/3/0/7/0", Scalar::Int(3800)),
        entry("/3/0/7/1", Scalar::Int(5000)),
        entry("/3/0/8/0", Scalar::Int(125)),
        entry("/3/0/8/1", Scalar::Int(900)),
        entry("/3/0/9", Scalar::Int(100)),
        entry("/3/0/10", Scalar::Int(15)),
        entry("/3/0/11/0", Scalar::Int(0)),
        entry("/3/0/13", Scalar::Time(1_367_491_215)),
        entry("/3/0/14", Scalar::text("+02:00")),
        entry("/3/0/16", Scalar::text("U")),
    ]
}

#[test]
fn the_device_object_of_oma_as_tlv() {
    let bytes = hex(DEVICE_TLV);
    assert_eq!(bytes.len(), 121, "the length that the standard names");
    assert_eq!(decode(Format::Tlv, path("/3/0"), &bytes, &device_kinds).unwrap(), device());
    assert_eq!(encode(Format::Tlv, path("/3/0"), &device()).unwrap(), bytes);
    // The same read of the object wraps it in its instance: 08 00 79.
    let whole = [hex("080079"), bytes].concat();
    assert_eq!(encode(Format::Tlv, path("/3"), &device()).unwrap(), whole);
    assert_eq!(decode(Format::Tlv, path("/3"), &whole, &device_kinds).unwrap(), device());
}

#[test]
fn the_device_object_of_oma_as_senml_json() {
    // OMA TS LightweightM2M Core 1.1, 7.4.4.
    let text = br#"[{"bn":"/3/0/","n":"0","vs":"Open Mobile Alliance"},
        {"n":"1","vs":"Lightweight M2M Client"},{"n":"2","vs":"345000123"},{"n":"3","vs":"1.0"},
        {"n":"6/0","v":1},{"n":"6/1","v":5},{"n":"7/0","v":3800},{"n":"7/1","v":5000},
        {"n":"8/0","v":125},{"n":"8/1","v":900},{"n":"9","v":100},{"n":"10","v":15},{"n":"11/0","v":0},
        {"n":"13","v":1367491215},{"n":"14","vs":"+02:00"},{"n":"16","vs":"U"}]"#;
    assert_eq!(decode(Format::SenmlJson, path("/3/0"), text, &device_kinds).unwrap(), device());
    let ours: serde_json::Value =
        serde_json::from_slice(&encode(Format::SenmlJson, path("/3/0"), &device()).unwrap()).unwrap();
    assert_eq!(ours, serde_json::from_slice::<serde_json::Value>(text).unwrap());
    // A base time and relative times: a history of one resource.
    let history = br#"[{"bn":"/72/","bt":25462634,"n":"1/2","v":22.4},{"n":"1/2","v":22.9,"t":-5},
        {"n":"1/2","v":24.1,"t":-50}]"#;
    let entries = decode(Format::SenmlJson, path("/72"), history, &any_kind).unwrap();
    assert_eq!(entries[2], Entry { time: Some(25_462_584.0), ..entry("/72/1/2", Scalar::Float(24.1)) });
    let again = encode(Format::SenmlJson, path("/72"), &entries).unwrap();
    assert_eq!(decode(Format::SenmlJson, path("/72"), &again, &any_kind).unwrap(), entries);
}

#[test]
fn a_pack_of_senml_cbor() {
    // Laid out by hand after RFC 8428, table 6: -2 bn, 0 n, 2 v, 3 vs, 4 vb, 8 vd.
    let bytes =
        hex("84 a3 21 65 2f392f302f 00 61 30 02 01  a2 00 61 31 03 62 6f6b  a2 00 61 32 04 f5  a2 00 61 33 08 42 00ff");
    let entries = vec![
        entry("/9/0/0", Scalar::Int(1)),
        entry("/9/0/1", Scalar::text("ok")),
        entry("/9/0/2", Scalar::Bool(true)),
        entry("/9/0/3", Scalar::Opaque([0, 0xff].as_slice().into())),
    ];
    assert_eq!(encode(Format::SenmlCbor, path("/9/0"), &entries).unwrap(), bytes);
    assert_eq!(decode(Format::SenmlCbor, path("/9/0"), &bytes, &any_kind).unwrap(), entries);
    // A link keeps its text label: 63 "vlo" 63 "3:0".
    let link = vec![entry("/9/0/4", Scalar::Link(3, 0))];
    let bytes = hex("81 a2 21 66 2f392f302f34 63 766c6f 63 333a30");
    assert_eq!(encode(Format::SenmlCbor, path("/9/0/4"), &link).unwrap(), bytes);
    assert_eq!(decode(Format::SenmlCbor, path("/9/0/4"), &bytes, &any_kind).unwrap(), link);
}

#[test]
fn paths_of_a_composite_read() {
    // OMA TS LightweightM2M Core 1.1, 6.3.9: a list of names.
    let text = br#"[{"n":"/3/0/0"},{"n":"/3/0/9"},{"n":"/1/0/1"}]"#;
    let wanted = [path("/3/0/0"), path("/3/0/9"), path("/1/0/1")];
    assert_eq!(etch::decode(Format::EtchJson, text).unwrap(), wanted);
    assert_eq!(etch::encode(Format::EtchJson, &wanted).unwrap(), text);
    let bytes = hex("82 a2 21 65 2f332f302f 00 61 30  a1 00 61 39");
    assert_eq!(etch::decode(Format::EtchCbor, &bytes).unwrap(), wanted[..2]);
    assert_eq!(etch::encode(Format::EtchCbor, &wanted[..1]).unwrap(), hex("81 a1 00 66 2f332f302f30"));
    assert!(etch::decode(Format::Tlv, &bytes).is_err());
}

#[test]
fn single_values_as_text_and_cbor() {
    let at = path("/9/0/1");
    // RFC 8949, appendix A, for the CBOR column; OMA TS LightweightM2M Core 1.1, 7.4.2 and appendix C for the text.
    for (value, text, cbor) in [
        (Scalar::Int(-1000), "-1000", "3903e7"),
        (Scalar::Float(1.5), "1.5", "fa3fc00000"),
        (Scalar::Float(1.1), "1.1", "fb3ff199999999999a"),
        (Scalar::Bool(true), "1", "f5"),
        (Scalar::text("IETF"), "IETF", "6449455446"),
        (Scalar::Opaque([1, 2, 3, 4].as_slice().into()), "AQIDBA==", "4401020304"),
        (Scalar::Time(1_363_896_240), "1363896240", "c11a514b67b0"),
        (Scalar::Unsigned(u64::MAX), "18446744073709551615", "1bffffffffffffffff"),
        (Scalar::Link(65535, 65535), "65535:65535", "6b36353533353a3635353335"),
    ] {
        let kind = value.kind();
        let kinds = move |_| Some(kind);
        let entries = [Entry::new(at, value)];
        assert_eq!(encode(Format::Text, at, &entries).unwrap(), text.as_bytes());
        assert_eq!(encode(Format::Cbor, at, &entries).unwrap(), hex(cbor));
        assert_eq!(decode(Format::Text, at, text.as_bytes(), &kinds).unwrap(), entries);
        assert_eq!(decode(Format::Cbor, at, &hex(cbor), &kinds).unwrap(), entries);
    }
    // Half precision is read though never written.
    let half = decode(Format::Cbor, at, &hex("f93c00"), &|_| Some(Kind::Float)).unwrap();
    assert_eq!(half, [Entry::new(at, Scalar::Float(1.0))]);
}

#[test]
fn values_of_the_wrong_kind_are_refused() {
    let at = path("/9/0/1");
    for (kind, text) in [
        (Kind::Bool, "true"),
        (Kind::Int, "1.5"),
        (Kind::Unsigned, "-1"),
        (Kind::Float, "NaN"),
        (Kind::Opaque, "?"),
        (Kind::Link, "3"),
        (Kind::Link, "+3:0"),
    ] {
        assert!(matches!(
            decode(Format::Text, at, text.as_bytes(), &|_| Some(kind)),
            Err(CodecError::WrongKind { .. })
        ));
    }
    assert!(decode(Format::SenmlJson, at, br#"[{"n":"/9/0/1","vs":"x"}]"#, &|_| Some(Kind::Int)).is_err());
    assert!(decode(Format::Tlv, at, &hex("c301000000"), &|_| Some(Kind::Int)).is_err());
}

#[test]
fn what_no_format_allows_is_refused() {
    let at = path("/9/0/1");
    for (format, bytes) in [
        (Format::SenmlCbor, "a0"),
        (Format::SenmlCbor, "81a0"),
        (Format::SenmlCbor, "81a200662f392f302f310261"),
        (Format::SenmlCbor, "9b ffffffffffffffff"),
        (Format::SenmlCbor, "81a3 00662f392f302f31 0201 0301"),
        (Format::Lwm2mCbor, "a1 19ffff a1 00 a1 00 01"),
        (Format::Lwm2mCbor, "a1 09 01"),
        (Format::Lwm2mCbor, "a1 09 a1 00 a1 00 a1 00 a1 00 01"),
        (Format::Lwm2mCbor, "a1 80 01"),
        (Format::Tlv, "c8"),
        (Format::Tlv, "c80105 00"),
        (Format::Tlv, "c102 01"),
        (Format::Cbor, "0101"),
        (Format::Cbor, "80"),
    ] {
        assert!(decode(format, at, &hex(bytes), &any_kind).is_err(), "{format:?} {bytes}");
    }
    let deep = [vec![0x81; 1000], vec![0]].concat();
    assert!(decode(Format::SenmlCbor, at, &deep, &any_kind).is_err());
    let two = [entry("/9/0/1", Scalar::Int(1)), entry("/9/0/2", Scalar::Int(2))];
    assert!(encode(Format::Text, at, &two).is_err());
    assert!(encode(Format::Opaque, at, &two[..1]).is_err());
    assert!(encode(Format::Links, at, &two).is_err());
}

#[test]
fn keys_of_lwm2m_cbor_may_be_paths() {
    // {[3, 0]: {9: 100}, [3, 0, 10]: 15}
    let bytes = hex("a2 820300 a1 09 1864  8303000a 0f");
    let entries = decode(Format::Lwm2mCbor, path("/3"), &bytes, &any_kind).unwrap();
    assert_eq!(entries, [entry("/3/0/9", Scalar::Int(100)), entry("/3/0/10", Scalar::Int(15))]);
}

fn scalars() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        any::<bool>().prop_map(Scalar::Bool),
        any::<i64>().prop_map(Scalar::Int),
        any::<u64>().prop_map(Scalar::Unsigned),
        any::<f64>().prop_filter("finite", |x| x.is_finite()).prop_map(Scalar::Float),
        any::<f32>().prop_filter("finite", |x| x.is_finite()).prop_map(|x| Scalar::Float(f64::from(x))),
        any::<String>().prop_map(|s| Scalar::text(&s)),
        any::<Vec<u8>>().prop_map(|b| Scalar::Opaque(b.into())),
        any::<i64>().prop_map(Scalar::Time),
        any::<(u16, u16)>().prop_map(|(o, i)| Scalar::Link(o, i)),
    ]
}

/// Values of one object instance, as a map so that no path comes twice; some resources with instances.
fn instances() -> impl Strategy<Value = Vec<Entry>> {
    let one = prop::collection::btree_map(0_u16..65535, scalars(), 1..3);
    prop::collection::btree_map(0_u16..65535, prop_oneof![scalars().prop_map(Ok), one.prop_map(Err)], 1..6).prop_map(
        |resources| {
            let mut entries = Vec::new();
            for (id, values) in resources {
                match values {
                    Ok(value) => entries.push(Entry::new(Path::resource(9, id), value)),
                    Err(items) => entries
                        .extend(items.into_iter().map(|(item, v)| Entry::new(Path::resource(9, id).child(item), v))),
                }
            }
            entries
        },
    )
}

/// Equal, where a number out of 32 bits has, in decimal, only the digits of those.
fn same(a: &Scalar, b: &Scalar) -> bool {
    match (a, b) {
        (Scalar::Float(a), Scalar::Float(b)) if f64::from(*b as f32) == *b => *a as f32 == *b as f32,
        _ => a == b,
    }
}

proptest! {
    #[test]
    fn any_bytes_never_panic(number in 0..Format::ALL.len(), bytes: Vec<u8>, kind in 0..8_usize, depth in 0..4_usize) {
        let kinds = [Kind::Bool, Kind::Int, Kind::Unsigned, Kind::Float, Kind::Text, Kind::Opaque, Kind::Time, Kind::Link];
        let base = [path("/9"), path("/9/0"), path("/9/0/1"), path("/9/0/1/2")][depth];
        let format = Format::ALL[number];
        drop(decode(format, base, &bytes, &|_| Some(kinds[kind])));
        drop(decode(format, base, &bytes, &any_kind));
        drop(etch::decode(format, &bytes));
        drop(links::decode(&bytes));
        drop(Frame::decode(&bytes));
    }

    #[test]
    fn bytes_that_almost_are_a_payload_never_panic(at in 0..121_usize, byte: u8, cut in 0..122_usize) {
        let mut tlv = hex(DEVICE_TLV);
        tlv[at] = byte;
        drop(decode(Format::Tlv, path("/3/0"), &tlv[..cut.min(tlv.len())], &device_kinds));
        for format in [Format::SenmlCbor, Format::Lwm2mCbor, Format::SenmlJson] {
            let mut bytes = encode(format, path("/3/0"), &device()).unwrap();
            let place = at % bytes.len();
            bytes[place] = byte;
            drop(decode(format, path("/3/0"), &bytes, &device_kinds));
        }
    }

    #[test]
    fn what_is_written_reads_back(entries in instances()) {
        let kinds = |path: Path| entries.iter().find(|e| e.path == path).map(|e| e.value.kind());
        for format in [Format::SenmlJson, Format::SenmlCbor, Format::Tlv, Format::Lwm2mCbor] {
            let bytes = encode(format, path("/9/0"), &entries).unwrap();
            let again = decode(format, path("/9/0"), &bytes, &kinds).unwrap();
            prop_assert_eq!(again.len(), entries.len());
            for (again, entry) in again.iter().zip(&entries) {
                prop_assert!(again.path == entry.path && same(&again.value, &entry.value), "{format:?}: {again:?} {entry:?}");
            }
        }
    }

    #[test]
    fn one_value_reads_back(value in scalars()) {
        let (at, kind) = (path("/9/0/1"), value.kind());
        for format in Format::ALL {
            let Ok(bytes) = encode(format, at, &[Entry::new(at, value.clone())]) else { continue };
            let again = decode(format, at, &bytes, &|_| Some(kind)).unwrap();
            prop_assert!(again.len() == 1 && again[0].path == at && same(&again[0].value, &value), "{format:?}: {again:?}");
        }
    }
}
