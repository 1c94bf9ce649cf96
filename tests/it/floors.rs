//! The architecture as a test: a room uses only rooms above it, and the lower rooms touch no clock, socket or file.

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms in the order of `src/lib.rs`.
fn rooms() -> Vec<String> {
    let lib = fs::read_to_string("src/lib.rs").unwrap();
    lib.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';')).map(str::to_owned).collect()
}

fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// Every line of code (no comments) of a room with its place; tests at the end of a file count too.
fn lines(room: &str) -> Vec<(String, String)> {
    let mut paths = Vec::new();
    let file = PathBuf::from(format!("src/{room}.rs"));
    if file.exists() {
        paths.push(file);
    }
    let folder = PathBuf::from(format!("src/{room}"));
    if folder.exists() {
        files(&folder, &mut paths);
    }
    let mut out = Vec::new();
    for path in paths {
        for (n, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            out.push((format!("{}:{}", path.display(), n + 1), code.to_owned()));
        }
    }
    out
}

fn breaches(rooms: &[String], lines_of: impl Fn(&str) -> Vec<(String, String)>) -> Vec<String> {
    let mut found = Vec::new();
    for (floor, room) in rooms.iter().enumerate() {
        for (place, code) in lines_of(room) {
            for below in &rooms[floor + 1..] {
                if code.contains(&format!("crate::{below}::")) || code.contains(&format!("crate::{below};")) {
                    found.push(format!("{place}: {room} uses {below}, which comes later in src/lib.rs"));
                }
            }
        }
    }
    found
}

#[test]
fn a_room_uses_only_rooms_above_it() {
    let found = breaches(&rooms(), lines);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn a_breach_would_be_found() {
    let rooms = ["units".to_owned(), "console".to_owned()];
    let found = breaches(&rooms, |room| match room {
        "units" => vec![("src/units.rs:7".into(), "use crate::console::Model;".into())],
        _ => vec![],
    });
    assert_eq!(found, ["src/units.rs:7: units uses console, which comes later in src/lib.rs"]);
}

/// Words that belong to the two lowest floors only.
const BANNED: &[&str] = &[
    "Instant::now",
    "SystemTime::now",
    "std::net",
    "std::fs",
    "std::thread",
    "tokio::",
    "thread_rng",
    "rand::",
    "File::open",
    "env::var",
];

/// Whether the code names this word; `Operand::` does not name `rand::`.
fn names(code: &str, word: &str) -> bool {
    let inside_a_word = |at: usize| code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    code.match_indices(word).any(|(at, _)| !inside_a_word(at))
}

#[test]
fn a_banned_word_is_found_as_a_whole_word() {
    assert!(names("let now = std::time::Instant::now();", "Instant::now"));
    assert!(names("rand::random()", "rand::"));
    assert!(!names("Operand::Constant(value)", "rand::"));
}

#[test]
fn only_the_runtime_and_the_console_touch_the_world() {
    let mut found = Vec::new();
    for room in rooms() {
        if room == "runtime" || room == "console" {
            continue;
        }
        for (place, code) in lines(&room) {
            found.extend(BANNED.iter().filter(|w| names(&code, w)).map(|w| format!("{place}: {w} in {room}")));
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn names_of_points_stand_only_in_the_profile() {
    // A metric name has one of the profile's folders, a path starts with one of its private objects.
    let shipped = fs::read_to_string("device-profiles/smart-breaker.fdi").unwrap();
    let names: Vec<&str> =
        shipped.split("name=\"").skip(1).filter_map(|s| s.split('"').next()).filter(|s| s.contains('/')).collect();
    let mut found = Vec::new();
    for room in rooms() {
        if room == "profile" {
            continue;
        }
        for (place, code) in lines(&room) {
            if names.iter().any(|n| code.contains(&format!("\"{n}\"")))
                || code.contains("/3200/")
                || code.contains("/3201/")
            {
                found.push(format!("{place}: {}", code.trim()));
            }
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn the_server_knows_devices_only_by_their_messages() {
    let own = ["crate::plant", "crate::breaker", "crate::point", "crate::control", "crate::record"];
    let found: Vec<_> = ["lwm2m/server", "runtime/server"]
        .iter()
        .flat_map(|folder| lines(folder))
        .filter(|(_, code)| own.iter().any(|room| code.contains(room)))
        .map(|(place, code)| format!("{place}: {}", code.trim()))
        .collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
    assert!(lines("lwm2m/server").len() > 100, "the folders are there");
}
