//! Nothing in the state directory grows without end, and what is promised stays.

use crate::comtrade::{meta, waveform};
use crate::store::{fresh, note, request, seqs};
use breaker_console::record::comtrade::Meta;
use breaker_console::record::{Class, Record, TripId};
use breaker_console::runtime::store::{Options, Store, verify};
use breaker_console::time::Tick;
use std::fs;
use std::path::Path;
use std::sync::Arc;

fn small() -> Options {
    Options { segment_bytes: 2_000, journal_bytes: 20_000, audit_bytes: 20_000, recordings: 3, ..Options::default() }
}

fn size(dir: &Path) -> u64 {
    let files = fs::read_dir(dir).unwrap().map(|e| e.unwrap());
    files.filter(|e| e.file_name() != "kept.jsonl").map(|e| e.metadata().unwrap().len()).sum()
}

fn fill(store: &mut Store, numbers: impl Iterator<Item = u64>, make: fn(u64) -> Record) {
    let records: Vec<Record> = numbers.map(make).collect();
    for batch in records.chunks(5) {
        store.append(batch).unwrap();
        store.prune().unwrap();
    }
}

#[test]
fn the_journal_keeps_its_size_and_the_newest_of_each_class() {
    let dir = fresh("prune_journal");
    let (mut store, _) = Store::open_with(&dir, small()).unwrap();
    fill(&mut store, 1..=20, request);
    fill(&mut store, 21..=2_000, note);
    let journal = dir.join("journal");
    // One file may be begun on top of the limit.
    assert!(size(&journal) <= 20_000 + 2_500, "{}", size(&journal));
    assert!(seqs(&dir).is_sorted());
    let kept: Vec<Record> = Store::records_in(&dir).unwrap().map(Result::unwrap).collect();
    let of = |class: Class| kept.iter().filter(|r| r.body.class() == class).count();
    assert_eq!(of(Class::Operation), 20, "all twenty requests are older than a thousand notes, and still there");
    assert!(of(Class::Comm) >= Class::Comm.depth());
    drop(store);
    let (store, found) = Store::open_with(&dir, small()).unwrap();
    assert_eq!((found.last_seq, found.remarks), (2_000, vec![]));
    assert_eq!(found.newest.iter().filter(|r| r.body.class() == Class::Operation).count(), 20);
    assert_eq!(found.newest.iter().filter(|r| r.body.class() == Class::Comm).count(), Class::Comm.depth());
    drop(store);
}

#[test]
fn a_crash_between_keeping_and_removing_doubles_nothing() {
    let dir = fresh("prune_crash");
    let (mut store, _) = Store::open_with(&dir, Options { journal_bytes: u64::MAX, ..small() }).unwrap();
    fill(&mut store, 1..=200, note);
    drop(store);
    let before = seqs(&dir);
    // As if the program had died before it removed the first file.
    let first = fs::read_dir(dir.join("journal")).unwrap().map(|e| e.unwrap().path()).min().unwrap();
    fs::copy(&first, dir.join("journal/kept.jsonl")).unwrap();
    assert_eq!(seqs(&dir), before);
}

#[test]
fn the_audit_log_goes_on_from_a_checkpoint_and_stays_verifiable() {
    let dir = fresh("prune_audit");
    let (mut store, _) = Store::open_with(&dir, small()).unwrap();
    fill(&mut store, 1..=400, request);
    let (entries, head) = store.audit_head();
    assert_eq!(entries, 400);
    let head = head.to_owned();
    assert!(fs::metadata(dir.join("audit.jsonl")).unwrap().len() <= 20_000 + 3_000);
    let report = verify(&dir).unwrap();
    assert_eq!((report.entries, &report.head, report.broken), (400, &head, None));
    drop(store);
    let (store, found) = Store::open_with(&dir, small()).unwrap();
    assert_eq!((store.audit_head(), found.remarks), ((400, head.as_str()), vec![]));
    drop(store);

    let path = dir.join("audit.jsonl");
    let sound = fs::read_to_string(&path).unwrap();
    let checkpoint = sound.lines().next().unwrap();
    assert!(checkpoint.contains("\"checkpoint\":"), "{checkpoint}");
    for (what, tampered) in [
        ("the checkpoint", sound.replacen("\"record\":", "\"record\":1", 1)),
        (
            "the first entry after it",
            sound.split_inclusive('\n').enumerate().filter(|(n, _)| *n != 1).map(|(_, l)| l).collect(),
        ),
        ("an entry", sound.replacen("\"role\":\"operator\"", "\"role\":\"viewer\"", 1)),
        (
            "a second checkpoint",
            sound.replacen(&format!("{checkpoint}\n"), &format!("{checkpoint}\n{checkpoint}\n"), 1),
        ),
    ] {
        fs::write(&path, tampered).unwrap();
        assert!(verify(&dir).unwrap().broken.is_some(), "{what} was changed unseen");
    }
}

#[test]
fn the_newest_recordings_of_each_breaker_stay() {
    let dir = fresh("prune_recordings");
    let (store, _) = Store::open_with(&dir, small()).unwrap();
    for n in 1..=5_u64 {
        for device in ["smart-breaker-001", "smart-breaker-002"] {
            let shift = n * 100_000;
            let mut recording = waveform(2);
            recording.first = Tick(recording.first.0 + shift);
            recording.trigger = Tick(recording.trigger.0 + shift);
            let meta = Meta { device: device.to_owned(), ..meta() };
            store.save_waveform(&TripId(Arc::from(format!("{device}-T{n:06}"))), &recording, &meta).unwrap();
        }
    }
    let found = |device: &str, n: u64| {
        Store::waveform_in(&dir, &TripId(Arc::from(format!("{device}-T{n:06}")))).unwrap().is_some()
    };
    for device in ["smart-breaker-001", "smart-breaker-002"] {
        assert_eq!((1..=5).map(|n| found(device, n)).collect::<Vec<_>>(), [false, false, true, true, true]);
    }
    assert_eq!(fs::read_dir(dir.join("waveforms")).unwrap().count(), 2 * 3 * 4);
}
