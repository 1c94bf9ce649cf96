//! The README says what the program does.

use breaker_console::console::keymap::Keymap;
use breaker_console::drill::file;
use std::fs;

#[test]
fn its_table_of_keys_is_the_default_key_map() {
    let readme = fs::read_to_string("README.md").unwrap();
    let map = Keymap::shipped().to_markdown();
    let section = map.split("\n## ").find(|s| s.starts_with("global")).unwrap();
    let rows: Vec<&str> = section.lines().filter(|l| l.starts_with("| `")).collect();
    assert!(rows.len() > 20);
    for row in rows {
        assert!(readme.contains(row), "missing in README.md: {row}");
    }
}

#[test]
fn it_counts_the_shipped_drills() {
    let mut cases = 0;
    for entry in fs::read_dir("assets/drills").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "toml") {
            let name = path.display().to_string();
            cases += file::parse(&fs::read_to_string(&path).unwrap(), &name).unwrap().len();
        }
    }
    let readme = fs::read_to_string("README.md").unwrap();
    assert!(readme.contains(&format!("replays {cases} timed injections")), "{cases} cases");
}

#[test]
fn the_example_of_the_drill_format_is_a_drill() {
    let text = fs::read_to_string("assets/drills/README.md").unwrap();
    let example = text.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let cases = file::parse(example, "README.md").unwrap();
    assert_eq!((cases.len(), cases[0].steps.len()), (1, 2));
}
