//! The state directory: what is shown stays, whatever happens to the program or to the disk.

use crate::comtrade::{meta, waveform};
use crate::comtrade_check::{check, sections};
use breaker_console::control::{BreakerIx, Denied, Origin, OriginCategory, RequestId};
use breaker_console::profile::Role;
use breaker_console::record::{Body, Class, NoteRecord, Record, RequestRecord, TripId};
use breaker_console::runtime::store::{Options, Store, StoreError};
use breaker_console::time::{Tick, UtcMillis};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An empty directory of this test's own.
pub(crate) fn fresh(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("store").join(name);
    if dir.exists() {
        fs::remove_dir_all(&dir).unwrap();
    }
    dir
}

fn record(seq: u64, body: Body) -> Record {
    Record {
        seq,
        tick: Tick(seq * 100),
        utc: UtcMillis(1_704_067_200_000 + seq.cast_signed()),
        breaker: BreakerIx(0),
        device: Arc::from("smart-breaker-001"),
        body,
    }
}

pub(crate) fn note(seq: u64) -> Record {
    record(seq, Body::Note(NoteRecord { class: Class::Comm, text: format!("note {seq} with µ and \"quotes\"") }))
}

pub(crate) fn request(seq: u64) -> Record {
    record(
        seq,
        Body::Request(RequestRecord {
            id: RequestId(seq),
            origin: Origin { category: OriginCategory::StationControl, ident: Arc::from("scada\",\"hash\":\"") },
            role: Role::Operator,
            command: "close".to_owned(),
            denied: seq.is_multiple_of(2).then_some(Denied::ObjectNotSelected),
        }),
    )
}

pub(crate) fn seqs(dir: &Path) -> Vec<u64> {
    Store::records_in(dir).unwrap().map(|r| r.unwrap().seq).collect()
}

/// The newest file of the journal.
fn journal(dir: &Path) -> PathBuf {
    let mut files: Vec<_> = fs::read_dir(dir.join("journal")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files.pop().unwrap()
}

#[test]
fn records_come_back_and_numbers_go_on() {
    let dir = fresh("records_come_back");
    let (mut store, found) = Store::open(&dir).unwrap();
    assert_eq!((found.last_seq, found.newest.len(), found.remarks.len()), (0, 0, 0));
    let written: Vec<Record> = (1..=500).map(|n| if n % 5 == 0 { request(n) } else { note(n) }).collect();
    for batch in written.chunks(7) {
        store.append(batch).unwrap();
    }
    drop(store);
    let (store, found) = Store::open(&dir).unwrap();
    assert_eq!((found.last_seq, found.remarks), (500, vec![]));
    // The rings in memory hold 100 records of communication and 300 of operation.
    assert_eq!(found.newest.iter().filter(|r| r.body.class() == Class::Comm).count(), 100);
    assert_eq!(found.newest.iter().filter(|r| r.body.class() == Class::Operation).count(), 100);
    assert!(found.newest.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    let read: Vec<Record> = store.records().unwrap().map(Result::unwrap).collect();
    assert_eq!(read, written);
}

/// The promise: a crash at any byte of the last record loses that record at most, which was never shown, and no other.
#[test]
fn a_crash_at_any_byte_of_the_last_record() {
    let dir = fresh("crash_at_any_byte");
    let (mut store, _) = Store::open(&dir).unwrap();
    store.append(&[note(1), request(2), note(3), note(4)]).unwrap();
    drop(store);
    let path = journal(&dir);
    let whole = fs::read(&path).unwrap();
    let last = whole[..whole.len() - 1].iter().rposition(|b| *b == b'\n').unwrap() + 1;
    for cut in last..whole.len() {
        fs::write(&path, &whole[..cut]).unwrap();
        let (mut store, found) = Store::open(&dir).unwrap();
        assert_eq!(found.last_seq, 3, "cut at {cut}");
        assert_eq!(found.remarks.len(), usize::from(cut > last), "{:?}", found.remarks);
        store.append(&[note(4)]).unwrap();
        drop(store);
        assert_eq!(seqs(&dir), [1, 2, 3, 4], "cut at {cut}");
        assert_eq!(fs::read(&path).unwrap(), whole);
    }
}

#[test]
fn a_crash_that_leaves_noughts_behind() {
    // A file system may have made the file longer before the content was on the disk.
    let dir = fresh("crash_with_noughts");
    let (mut store, _) = Store::open(&dir).unwrap();
    store.append(&[note(1), note(2)]).unwrap();
    drop(store);
    let mut content = fs::read(journal(&dir)).unwrap();
    content.extend([0; 3000]);
    fs::write(journal(&dir), &content).unwrap();
    let (_, found) = Store::open(&dir).unwrap();
    assert_eq!(found.last_seq, 2);
    assert!(found.remarks[0].contains("its 3000 bytes"), "{:?}", found.remarks);
    assert_eq!(seqs(&dir), [1, 2]);
}

#[test]
fn a_damaged_line_is_reported_and_its_number_is_not_used_again() {
    let dir = fresh("damaged_line");
    let (mut store, _) = Store::open(&dir).unwrap();
    store.append(&(1..=5).map(note).collect::<Vec<_>>()).unwrap();
    drop(store);
    let damage = |from: &str, to: &str| {
        let text = fs::read_to_string(journal(&dir)).unwrap();
        fs::write(journal(&dir), text.replacen(from, to, 1)).unwrap();
    };
    damage("\"seq\":3,", "\"seq\":!,");
    damage(
        "\"event\":\"note\",\"class\":\"comm\",\"text\":\"note 5",
        "\"event\":\"tone\",\"class\":\"comm\",\"text\":\"note 5",
    );
    let (mut store, found) = Store::open(&dir).unwrap();
    assert_eq!(found.last_seq, 5);
    assert_eq!(found.newest.iter().map(|r| r.seq).collect::<Vec<_>>(), [1, 2, 4]);
    assert!(found.remarks[0].contains("line 3: not a record"), "{:?}", found.remarks);
    assert!(found.remarks[1].contains("line 5: not a record"), "{:?}", found.remarks);
    store.append(&[note(6)]).unwrap();
    let (good, bad): (Vec<_>, Vec<_>) = store.records().unwrap().partition(Result::is_ok);
    assert_eq!((good.len(), bad.len()), (4, 2));
}

#[test]
fn missing_and_repeated_numbers_are_reported() {
    let dir = fresh("missing_numbers");
    let (mut store, _) = Store::open(&dir).unwrap();
    store.append(&[note(1), note(2), note(5), note(2), note(6)]).unwrap();
    drop(store);
    let (_, found) = Store::open(&dir).unwrap();
    assert_eq!(found.last_seq, 6);
    assert!(found.remarks[0].ends_with("records 3 to 4 are missing"), "{:?}", found.remarks);
    assert!(found.remarks[1].contains("record 2 where 6 belongs"), "{:?}", found.remarks);
}

#[test]
fn a_large_journal_goes_on_in_the_next_file() {
    let dir = fresh("next_file");
    let small = Options { segment_bytes: 1000, ..Options::default() };
    for start in [1, 101] {
        let (mut store, found) = Store::open_with(&dir, small).unwrap();
        assert_eq!((found.last_seq, found.remarks), (start - 1, vec![]));
        store.append(&(start..start + 100).map(note).collect::<Vec<_>>()).unwrap();
    }
    let files = fs::read_dir(dir.join("journal")).unwrap().count();
    assert!(files > 20, "{files} files");
    let largest = fs::read_dir(dir.join("journal")).unwrap().map(|e| e.unwrap().metadata().unwrap().len()).max();
    assert!(largest < Some(1300), "{largest:?}");
    assert_eq!(seqs(&dir), (1..=200).collect::<Vec<u64>>());
    // A file taken away leaves a gap that is reported.
    let mut paths: Vec<_> = fs::read_dir(dir.join("journal")).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    fs::remove_file(&paths[3]).unwrap();
    let gaps: Vec<_> = Store::records_in(&dir).unwrap().filter_map(Result::err).collect();
    assert_eq!(gaps.len(), 1);
    assert!(gaps[0].reason.starts_with("begins with record"), "{}", gaps[0]);
}

#[test]
fn two_programs_cannot_share_a_directory() {
    let dir = fresh("two_programs");
    let (store, _) = Store::open(&dir).unwrap();
    let refused = Store::open(&dir).unwrap_err().to_string();
    let process = format!("in use by process {}", std::process::id());
    assert!(refused.contains(&process) && refused.contains("--state-dir"), "{refused}");
    // Looking is allowed.
    assert!(Store::records_in(&dir).unwrap().next().is_none());
    drop(store);
    Store::open(&dir).unwrap();
}

#[test]
fn a_directory_that_cannot_be_is_an_error_with_its_path() {
    let dir = fresh("cannot_be");
    fs::create_dir_all(dir.parent().unwrap()).unwrap();
    fs::write(&dir, "a file").unwrap();
    let refused = Store::open(&dir).unwrap_err().to_string();
    assert!(refused.contains(&dir.display().to_string()), "{refused}");
    fs::remove_file(&dir).unwrap();
}

#[test]
fn what_the_disk_refuses_waits_and_is_written_later() {
    let dir = fresh("waits");
    let small = Options { segment_bytes: 100, waiting: 3, ..Options::default() };
    let (mut store, _) = Store::open_with(&dir, small).unwrap();
    store.append(&[note(1)]).unwrap();
    // The next file cannot be made: its name is taken.
    let taken = dir.join("journal").join("000000000002.jsonl");
    fs::create_dir(&taken).unwrap();
    let refused = store.append(&[note(2)]).unwrap_err().to_string();
    assert!(refused.starts_with("1 records are not on the disk yet"), "{refused}");
    let refused = store.append(&[request(3), note(4)]).unwrap_err().to_string();
    assert!(refused.starts_with("3 records are not on the disk yet"), "{refused}");
    assert_eq!(store.backlog(), (3, 0));
    fs::remove_dir(&taken).unwrap();
    store.append::<Record>(&[]).unwrap();
    assert_eq!(store.backlog(), (0, 0));
    assert_eq!(seqs(&dir), [1, 2, 3, 4]);
    drop(store);
    let (_, found) = Store::open(&dir).unwrap();
    assert_eq!(found.remarks, Vec::<String>::new(), "the audit log has the request, too");
}

#[test]
fn too_many_that_wait_are_lost_and_counted() {
    let dir = fresh("lost");
    let small = Options { segment_bytes: 100, waiting: 3, ..Options::default() };
    let (mut store, _) = Store::open_with(&dir, small).unwrap();
    store.append(&[note(1)]).unwrap();
    let taken = dir.join("journal").join("000000000002.jsonl");
    fs::create_dir(&taken).unwrap();
    let refused = store.append(&(2..=6).map(note).collect::<Vec<_>>()).unwrap_err();
    assert!(matches!(refused, StoreError::Waiting { waiting: 3, lost: 2, .. }), "{refused}");
    assert!(refused.to_string().contains("2 are lost"), "{refused}");
    fs::remove_dir(&taken).unwrap();
    store.append(&[note(7)]).unwrap();
    assert_eq!(store.backlog(), (0, 2));
    // The loss can be seen for ever.
    let (good, bad): (Vec<_>, Vec<_>) = store.records().unwrap().partition(Result::is_ok);
    assert_eq!(good.into_iter().map(|r| r.unwrap().seq).collect::<Vec<_>>(), [1, 4, 5, 6, 7]);
    let reason = bad.into_iter().next().unwrap().unwrap_err().reason;
    assert_eq!(reason, "begins with record 4 where 2 belongs");
}

#[test]
fn small_files_are_replaced_as_a_whole() {
    let dir = fresh("small_files");
    let (store, _) = Store::open(&dir).unwrap();
    assert_eq!(store.get("bdseq-mdb-a").unwrap(), None);
    store.put("bdseq-mdb-a", "41").unwrap();
    store.put("bdseq-mdb-a", "42").unwrap();
    assert_eq!(store.get("bdseq-mdb-a").unwrap().as_deref(), Some("42"));
    drop(store);
    // A crash between writing and renaming leaves the old content and a file to sweep.
    fs::write(dir.join("state/bdseq-mdb-a.unfinished"), "4").unwrap();
    let (store, found) = Store::open(&dir).unwrap();
    assert_eq!(store.get("bdseq-mdb-a").unwrap().as_deref(), Some("42"));
    assert!(found.remarks[0].contains("never finished"), "{:?}", found.remarks);
    assert_eq!(fs::read_dir(dir.join("state")).unwrap().count(), 1);
    for name in ["", "..", "../journal", "a/b", "a b", ".hidden", "µ"] {
        assert!(matches!(store.put(name, "x"), Err(StoreError::Name(_))), "{name}");
        assert!(matches!(store.get(name), Err(StoreError::Name(_))), "{name}");
    }
}

#[test]
fn a_state_file_that_cannot_be_read_is_set_aside() {
    let dir = fresh("set_aside");
    let (store, _) = Store::open(&dir).unwrap();
    assert_eq!(store.get_json::<Vec<u64>>("plant.json").unwrap(), (None, None));
    store.put("plant.json", "[1,2,3]").unwrap();
    assert_eq!(store.get_json("plant.json").unwrap(), (Some(vec![1, 2, 3]), None));
    for (n, content) in [b"[1,2,".as_slice(), b"\xff\xfe", b""].into_iter().enumerate() {
        fs::write(dir.join("state/plant.json"), content).unwrap();
        let (value, remark) = store.get_json::<Vec<u64>>("plant.json").unwrap();
        assert_eq!(value, None);
        let aside = dir.join(format!("state/plant.json.damaged-{}", n + 1));
        assert!(remark.unwrap().contains(&aside.display().to_string()));
        assert_eq!(fs::read(&aside).unwrap(), content, "nothing is thrown away");
        assert_eq!(store.get("plant.json").unwrap(), None);
    }
}

#[test]
fn the_waveform_of_a_trip_is_found_again_and_is_sound() {
    let dir = fresh("waveform");
    let (store, _) = Store::open(&dir).unwrap();
    let trip = TripId(Arc::from("smart-breaker-001-T000007"));
    let other = TripId(Arc::from("smart-breaker-001-T000008"));
    let written = waveform(17);
    let path = store.save_waveform(&trip, &written, &meta()).unwrap();
    assert_eq!(store.save_waveform(&trip, &written, &meta()).unwrap(), path, "again is no second recording");
    assert_eq!(Store::waveform_in(&dir, &trip).unwrap(), Some(path.clone()));
    assert_eq!(Store::waveform_in(&dir, &other).unwrap(), None);
    let read = |extension: &str| fs::read(path.with_extension(extension)).unwrap();
    check(&read("cfg"), &read("dat")).unwrap();
    let [cfg, hdr, dat] = sections(&read("cff")).unwrap();
    assert_eq!(hdr, read("hdr"));
    let exact = check(&cfg, &dat).unwrap();
    assert_eq!(exact.analog[0].values[2000] as f32, written.analog[0].values[2000]);
    assert_eq!(fs::read_dir(dir.join("waveforms")).unwrap().count(), 4);
    let name = path.file_name().unwrap().to_str().unwrap();
    assert_eq!(name, "20240101,000210342057,0t,MDB-A_ north,smart-breaker-001,,smart-breaker-001-T000007.cfg");
}
