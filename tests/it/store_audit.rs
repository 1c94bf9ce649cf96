//! The audit log: whoever changes it is found out.

use crate::store::{fresh, note, request};
use breaker_console::runtime::store::{Store, verify};
use std::fs;
use std::path::Path;

fn filled(name: &str) -> std::path::PathBuf {
    let dir = fresh(name);
    let (mut store, _) = Store::open(&dir).unwrap();
    store.append(&[request(1), note(2), request(3), request(4)]).unwrap();
    store.append(&[request(5)]).unwrap();
    dir
}

fn lines(dir: &Path) -> Vec<String> {
    fs::read_to_string(dir.join("audit.jsonl")).unwrap().lines().map(str::to_owned).collect()
}

fn broken_at(dir: &Path, lines: &[String]) -> Option<usize> {
    fs::write(dir.join("audit.jsonl"), lines.join("\n") + "\n").unwrap();
    verify(dir).unwrap().broken.map(|(line, _)| line)
}

#[test]
fn every_request_is_there_with_its_answer() {
    let dir = filled("audit_entries");
    let report = verify(&dir).unwrap();
    assert_eq!((report.entries, report.broken), (4, None));
    let entry: serde_json::Value = serde_json::from_str(&lines(&dir)[2]).unwrap();
    assert_eq!(entry["record"], 4);
    assert_eq!(entry["n"], 3);
    assert_eq!(entry["result"], "refused: object not selected: select first");
    assert_eq!(entry["who"], "scada\",\"hash\":\"");
    assert_eq!(entry["utc"], "2024-01-01 00:00:00.004Z");
    let first: serde_json::Value = serde_json::from_str(&lines(&dir)[0]).unwrap();
    assert_eq!((&first["prev"], &first["result"]), (&serde_json::json!("0".repeat(64)), &serde_json::json!("done")));
    let (store, found) = Store::open(&dir).unwrap();
    assert_eq!(store.audit_head(), (4, report.head.as_str()));
    assert_eq!(found.remarks, Vec::<String>::new());
}

/// The hash is what anybody's SHA-256 says of the line without it (`sha256sum` for this fixed line).
#[test]
fn the_hash_can_be_checked_with_other_tools() {
    let dir = filled("audit_hash");
    let line = &lines(&dir)[0];
    let (body, hash) = line.split_at(line.len() - 75);
    assert!(hash.starts_with(",\"hash\":\"") && hash.ends_with("\"}"), "{hash}");
    let mut child = std::process::Command::new("sha256sum")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), format!("{body}}}").as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    assert_eq!(&hash[9..73], std::str::from_utf8(&out.stdout[..64]).unwrap());
}

#[test]
fn every_kind_of_change_is_found_at_its_line() {
    let dir = filled("audit_changes");
    let good = lines(&dir);
    assert_eq!(broken_at(&dir, &good), None);
    let mut changed = good.clone();
    changed[1] = changed[1].replace("\"command\":\"close\"", "\"command\":\"open\"");
    assert_eq!(broken_at(&dir, &changed), Some(2));
    let mut removed = good.clone();
    removed.remove(1);
    assert_eq!(broken_at(&dir, &removed), Some(2));
    let mut first_gone = good.clone();
    first_gone.remove(0);
    assert_eq!(broken_at(&dir, &first_gone), Some(1));
    let mut swapped = good.clone();
    swapped.swap(2, 3);
    assert_eq!(broken_at(&dir, &swapped), Some(3));
    let mut doubled = good.clone();
    doubled.insert(1, good[0].clone());
    assert_eq!(broken_at(&dir, &doubled), Some(2));
    let mut garbage = good.clone();
    garbage[3] = "{}".to_owned();
    assert_eq!(broken_at(&dir, &garbage), Some(4));
}

#[test]
fn a_changed_log_is_reported_at_the_start_and_stays_broken() {
    let dir = filled("audit_start");
    let mut changed = lines(&dir);
    changed[0] = changed[0].replace("operator", "administrator");
    assert_eq!(broken_at(&dir, &changed), Some(1));
    let (mut store, found) = Store::open(&dir).unwrap();
    assert!(found.remarks[0].contains("broken at line 1"), "{:?}", found.remarks);
    store.append(&[request(6)]).unwrap();
    let report = verify(&dir).unwrap();
    assert_eq!((report.entries, report.broken.map(|(line, _)| line)), (5, Some(1)));
}

/// A crash between journal and audit log, at any byte of the last entries: they are added from the journal.
#[test]
fn what_a_crash_kept_from_the_log_is_added() {
    let dir = filled("audit_crash");
    let whole = fs::read(dir.join("audit.jsonl")).unwrap();
    let head = verify(&dir).unwrap().head;
    for cut in (0..whole.len()).rev().step_by(13) {
        fs::write(dir.join("audit.jsonl"), &whole[..cut]).unwrap();
        let (store, found) = Store::open(&dir).unwrap();
        assert!(found.remarks.last().unwrap().ends_with("they were added"), "{:?}", found.remarks);
        assert_eq!(store.audit_head(), (4, head.as_str()), "cut at {cut}");
        assert_eq!(fs::read(dir.join("audit.jsonl")).unwrap(), whole);
    }
}
