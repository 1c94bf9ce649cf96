//! The state directory under a program that is killed and a disk that is full; both happen to a second process.

use crate::store::{fresh, note, request, seqs};
use breaker_console::runtime::store::{Store, StoreError, verify};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

const DIR: &str = "BREAKER_CONSOLE_TEST_STATE_DIR";

/// One test of this binary in a process of its own.
fn child(test: &str) -> String {
    let exe = std::env::current_exe().unwrap();
    format!("exec '{}' --exact {test} --ignored --nocapture --test-threads 1", exe.display())
}

#[test]
#[ignore = "the process that is killed; started by the test after it"]
fn shows_records_until_killed() {
    let dir = std::env::var(DIR).unwrap();
    let (mut store, found) = Store::open(Path::new(&dir)).unwrap();
    let mut out = std::io::stdout();
    for seq in found.last_seq + 1.. {
        store.append(&[if seq % 3 == 0 { request(seq) } else { note(seq) }]).unwrap();
        writeln!(out, "shown {seq}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn what_a_killed_program_has_shown_is_there() {
    let dir = fresh("killed");
    let mut shown = 0;
    for round in 0..5 {
        let mut process = Command::new("sh")
            .args(["-c", &child("store_crash::shows_records_until_killed")])
            .env(DIR, &dir)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut since = 0;
        for line in lines {
            if let Some(seq) = line.unwrap().split("shown ").nth(1).and_then(|n| n.parse::<u64>().ok()) {
                assert_eq!(seq, shown + 1, "no number twice, none left out");
                shown = seq;
                since += 1;
                if since == 20 + round * 7 {
                    process.kill().unwrap(); // SIGKILL
                    break;
                }
            }
        }
        process.wait().unwrap();
        let all = seqs(&dir);
        assert!(all.len() as u64 >= shown, "{} of {shown} shown", all.len());
        assert_eq!(all, (1..=all.len() as u64).collect::<Vec<u64>>());
        let (_, found) = Store::open(&dir).unwrap();
        assert_eq!(found.last_seq, all.len() as u64);
        assert_eq!(verify(&dir).unwrap().broken, None);
        shown = found.last_seq;
    }
}

#[test]
#[ignore = "the process on the full disk; started by the test after it"]
fn writes_until_the_disk_is_full() {
    let dir = std::env::var(DIR).unwrap();
    let (mut store, _) = Store::open(Path::new(&dir)).unwrap();
    let mut written = 0;
    let refused = loop {
        match store.append(&[note(written + 1)]) {
            Ok(()) => written += 1,
            Err(refused) => break refused,
        }
    };
    assert!(matches!(refused, StoreError::Waiting { waiting: 1, .. }), "{refused:?}");
    assert!(refused.to_string().contains("--state-dir"), "{refused}");
    // The program goes on: more records wait, and small files still fit.
    store.append(&[note(written + 2), note(written + 3)]).unwrap_err();
    assert_eq!(store.backlog(), (3, 0));
    store.put("plant.json", "[]").unwrap();
    assert!(store.put("plant.json", &"x".repeat(1 << 20)).is_err());
    assert_eq!(store.get("plant.json").unwrap().as_deref(), Some("[]"), "the old content stays");
    println!("written {written}");
}

#[test]
fn a_full_disk_is_said_and_leaves_a_sound_journal() {
    let dir = fresh("full");
    // The limit on the size of a file makes the kernel cut a write short and refuse the next, as a full disk does.
    let limited = format!("trap '' XFSZ; ulimit -f 64; {}", child("store_crash::writes_until_the_disk_is_full"));
    let out = Command::new("sh").args(["-c", &limited]).env(DIR, &dir).output().unwrap();
    let text = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success(), "{text}{}", String::from_utf8_lossy(&out.stderr));
    let written: u64 = text.lines().find_map(|l| l.split("written ").nth(1)?.parse().ok()).unwrap();
    assert!(written > 50, "{written}");
    let (mut store, found) = Store::open(&dir).unwrap();
    assert_eq!(found.last_seq, written);
    store.append(&[note(written + 1)]).unwrap();
    assert_eq!(seqs(&dir), (1..=written + 1).collect::<Vec<u64>>());
}
