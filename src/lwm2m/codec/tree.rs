//! Entries grouped by the next number of their paths, for the formats that nest.

use super::Entry;

/// Runs of entries that share the number at `depth`, in the order of their first appearance. Entries that end above it
/// are left out.
pub(super) fn groups(entries: &[Entry], depth: usize) -> Vec<(u16, Vec<Entry>)> {
    let mut groups: Vec<(u16, Vec<Entry>)> = Vec::new();
    for entry in entries {
        let Some(id) = entry.path.ids().nth(depth) else { continue };
        match groups.iter_mut().find(|(known, _)| *known == id) {
            Some((_, group)) => group.push(entry.clone()),
            None => groups.push((id, vec![entry.clone()])),
        }
    }
    groups
}
