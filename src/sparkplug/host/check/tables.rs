//! Data sets.

use super::Found;
use crate::sparkplug::host::rule::Rule;
use crate::sparkplug::payload::DataSet;

/// Checks a data set.
pub(in crate::sparkplug::host) fn table(of: &str, set: &DataSet, found: &mut Found<'_>) {
    let columns = set.columns.len();
    if set.num_of_columns != Some(columns as u64) {
        let told = set.num_of_columns.unwrap_or(0);
        found(Rule::DataSetColumns, format_args!("{of}: {told} told, {columns} named"));
    }
    if set.types.len() != columns {
        found(Rule::DataSetTypes, format_args!("{of}: {} types, {columns} columns", set.types.len()));
    }
    if let Some(kind) = set.types.iter().find(|t| !(1..=14).contains(*t)) {
        found(Rule::DataSetTypeValue, format_args!("{of}: type {kind}"));
    }
    if let Some(row) = set.rows.iter().find(|r| r.elements.len() != columns) {
        found(Rule::DataSetRow, format_args!("{of}: {} cells, {columns} columns", row.elements.len()));
    }
}
