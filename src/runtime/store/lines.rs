//! Files of lines that only grow: a line without its end was cut by a crash.

use super::StoreError;
use super::error::Doing;
use std::fs::{self, OpenOptions};
use std::path::Path;

/// Bytes up to the end of the last whole line.
pub(super) fn whole(content: &[u8]) -> usize {
    content.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1)
}

/// Removes a line that was cut, and says so. Gives the bytes that are left.
pub(super) fn cut_torn(path: &Path, remarks: &mut Vec<String>) -> Result<u64, StoreError> {
    let content = fs::read(path).doing("read", path)?;
    let whole = whole(&content);
    if whole < content.len() {
        let file = OpenOptions::new().write(true).open(path).doing("open", path)?;
        file.set_len(whole as u64).and_then(|()| file.sync_all()).doing("cut", path)?;
        remarks.push(format!(
            "the last line of {} was cut short by a crash; its {} bytes, which were never shown, were removed",
            path.display(),
            content.len() - whole
        ));
    }
    Ok(whole as u64)
}
