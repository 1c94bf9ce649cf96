//! Device profiles: the shipped ones, good ones, and a bad one for every kind of mistake.

use breaker_console::profile::{Faults, NAMESPACE, Profile};
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

fn files(dir: &str) -> Vec<PathBuf> {
    let dir = Path::new("tests/it/profiles").join(dir);
    let mut paths: Vec<PathBuf> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
fn the_shipped_profiles_have_no_fault() {
    for (text, file) in [(Profile::SHIPPED, "smart-breaker.fdi"), (Profile::SHIPPED_MINI, "mini-breaker.fdi")] {
        if let Err(faults) = Profile::parse(text, file) {
            panic!("\n{faults}");
        }
    }
}

#[test]
fn a_good_profile_has_no_fault() {
    for path in files("good") {
        if let Err(faults) = Profile::parse_bytes(&fs::read(&path).unwrap(), &path.display().to_string()) {
            panic!("\n{faults}");
        }
    }
}

/// Every bad file ends with a comment: `line: name: reason` for each of its faults, no more and no less.
#[test]
fn a_bad_profile_is_refused_with_the_fault_that_stands_in_it() {
    let mut wrong = Vec::new();
    for path in files("bad") {
        let text = fs::read_to_string(&path).unwrap();
        let expected = text.split_once("<!-- expect\n").unwrap().1.split_once("\n-->").unwrap().0;
        let mut expected: Vec<&str> = expected.lines().collect();
        let given = match Profile::parse(&text, "f") {
            Ok(_) => String::new(),
            Err(faults) => faults.to_string(),
        };
        let mut given: Vec<&str> = given.lines().map(|line| line.strip_prefix("f:").unwrap_or(line)).collect();
        given.sort_unstable();
        expected.sort_unstable();
        if given != expected {
            wrong.push(format!("{}\n  expected {expected:#?}\n  given {given:#?}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn refused(text: &str) -> Faults {
    Profile::parse(text, "f").unwrap_err()
}

#[test]
fn faults_come_in_file_order() {
    let text = fs::read_to_string("tests/it/profiles/bad/many-at-once.fdi").unwrap();
    let lines: Vec<usize> = refused(&text).0.iter().map(|f| f.line).collect();
    assert_eq!(lines.len(), 4);
    assert!(lines.is_sorted(), "{lines:?}");
}

#[test]
fn a_file_that_is_too_great_is_refused_before_it_is_read() {
    let text = format!("{}<!--{}-->", Profile::SHIPPED, " ".repeat(4 * 1024 * 1024));
    assert!(refused(&text).to_string().contains("bytes long"));
}

#[test]
fn bombs_are_refused() {
    let deep = "<a>".repeat(1_000_000);
    let attributes: Vec<String> = (0..200_000).map(|n| format!("a{n}=''")).collect();
    let wide = format!("<Profile xmlns='{NAMESPACE}' {}/>", attributes.join(" "));
    let laughs = "<!DOCTYPE p [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><Profile>&b;</Profile>";
    let parentheses = Profile::SHIPPED.replace("Temperature &gt; TemperatureThreshold", &"(".repeat(100_000));
    for text in [deep.as_str(), &wide, laughs, &parentheses] {
        assert_eq!(refused(text).0.len(), 1, "{}", refused(text));
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_line() {
    let faults = Profile::parse_bytes(b"<Profile>\n\xff", "f").unwrap_err();
    assert_eq!(faults.to_string(), "f:2: file: byte 10 is not UTF-8");
    assert!(Profile::parse_bytes(format!("\u{feff}{}", Profile::SHIPPED).as_bytes(), "f").is_ok());
}

proptest! {
    #[test]
    fn any_bytes_give_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Profile::parse_bytes(&bytes, "f").is_err());
    }

    #[test]
    fn any_pieces_of_xml_give_an_answer(pieces in proptest::collection::vec(0..PIECES.len(), 0..40)) {
        let text: String = pieces.into_iter().map(|n| PIECES[n]).collect();
        prop_assert!(Profile::parse(&text, "f").is_err());
    }

    /// A good profile with a stretch cut out, doubled or overwritten is read or refused, never worse.
    #[test]
    fn a_damaged_profile_gives_an_answer(at in 0.0..1.0_f64, length in 0_usize..300, noise in ".{0,20}", keep in any::<bool>()) {
        let chars: Vec<char> = Profile::SHIPPED.chars().collect();
        let start = (at * chars.len() as f64) as usize;
        let end = (start + length).min(chars.len());
        let tail = if keep { start } else { end };
        let text: String = chars[..end].iter().copied().chain(noise.chars()).chain(chars[tail..].iter().copied()).collect();
        let _ = Profile::parse(&text, "f");
    }

    #[test]
    fn any_condition_gives_an_answer(condition in "[A-Za-z0-9()'<>=! .é-]{0,40}") {
        let escaped = condition.replace('<', "&lt;").replace('>', "&gt;");
        let text = Profile::SHIPPED.replace("Temperature &gt; TemperatureThreshold", &escaped);
        let _ = Profile::parse(&text, "f");
    }
}

const PIECES: &[&str] = &[
    "<Profile xmlns=\"urn:breaker-console:device-profile:1\">",
    "</Profile>",
    "<Parameters>",
    "</Parameters>",
    "<Parameter id=\"A\" type=\"Float\" access=\"RW\"",
    " default=\"1\"",
    "/>",
    ">",
    "<",
    "&amp;",
    "&#0;",
    "&#x110000;",
    "&x;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?",
    "?>",
    "<!DOCTYPE a>",
    "<Extensions>",
    "</Extensions>",
    "<x:y xmlns:x=\"z\">",
    "</x:y>",
    "<Bindings><LwM2M><Object id=\"3\"><Resource id=\"0\" ref=\"A\"/></Object></LwM2M></Bindings>",
    "\u{0}",
    "é",
];
