//! Property sets.

use super::Found;
use crate::sparkplug::datatype::DataType;
use crate::sparkplug::host::rule::Rule;
use crate::sparkplug::payload::{PropertyScalar, PropertySet};
use crate::sparkplug::quality;

/// Checks a set; nested ones as well.
pub(in crate::sparkplug::host) fn properties(birth: bool, of: &str, set: &PropertySet, found: &mut Found<'_>) {
    if set.keys.len() != set.values.len() {
        found(Rule::PropertyCount, format_args!("{of}: {} keys, {} values", set.keys.len(), set.values.len()));
    }
    for (key, value) in set.keys.iter().zip(&set.values) {
        match value.kind.map(DataType::from_code) {
            None if birth => found(Rule::PropertyType, format_args!("{of}: {key}")),
            None | Some(DataType::PropertySet | DataType::PropertySetList) => {}
            // Basic types are those up to Text (specification 6.4.16).
            Some(kind) if (1..=14).contains(&kind.code()) => {}
            Some(kind) => found(Rule::PropertyTypeValue, format_args!("{of}: {key} is {kind}")),
        }
        match &value.value {
            Some(PropertyScalar::Set(inner)) => properties(birth, of, inner, found),
            Some(PropertyScalar::Sets(list)) => {
                list.propertyset.iter().for_each(|inner| properties(birth, of, inner, found));
            }
            _ => {}
        }
        if key == quality::KEY {
            if value.kind.is_some_and(|kind| kind != DataType::Int32.code()) {
                found(Rule::QualityType, format_args!("{of}"));
            }
            match value.value {
                Some(PropertyScalar::Int(0 | 192 | 500)) => {}
                Some(PropertyScalar::Int(code)) => {
                    found(Rule::QualityValue, format_args!("{of}: {}", code.cast_signed()));
                }
                _ => found(Rule::QualityType, format_args!("{of}")),
            }
        }
    }
}
