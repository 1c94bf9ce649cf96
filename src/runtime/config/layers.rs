//! The layers a value can come from, the later one winning: built-in, file, environment, options.

use super::table::{self, ROWS, Row, Target};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// The layer that set a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The program's own default.
    BuiltIn,
    /// A file, with the line.
    File(PathBuf, usize),
    /// An environment variable.
    Environment(String),
    /// An option on the command line.
    Option(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built-in"),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Option(name) => write!(f, "option {name}"),
        }
    }
}

/// A value as text, with its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// As written.
    pub text: String,
    /// By whom.
    pub origin: Origin,
}

/// What was set, before it has a meaning: rows of the table by name, and parameters of the profile by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layers {
    /// Rows that go to the program.
    pub program: BTreeMap<&'static str, Text>,
    /// Parameters of the profile.
    pub parameters: BTreeMap<String, Text>,
}

/// Why the layers could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LayerError {
    /// The file cannot be read.
    #[error("cannot read {path}: {reason}; give another file with --config", path = .0.display(), reason = .1)]
    Unreadable(PathBuf, std::io::Error),
    /// A line that means nothing.
    #[error("{path}:{line}: {what}", path = .0.display(), line = .1, what = .2)]
    BadLine(PathBuf, usize, String),
    /// A variable with the program's prefix that no row knows.
    #[error("environment variable {0} is not known; `breaker-console config show` lists the names")]
    UnknownVariable(String),
    /// `--set` without `=`.
    #[error("--set {0:?}: write it as Parameter=value, for example --set OvercurrentPickup=90")]
    BadSet(String),
}

impl Layers {
    /// The defaults.
    #[must_use]
    pub fn built_in() -> Self {
        let mut layers = Self::default();
        for row in ROWS.iter().filter(|r| !r.default.is_empty()) {
            layers.set(row, row.default.to_owned(), Origin::BuiltIn);
        }
        layers
    }

    fn set(&mut self, row: &'static Row, text: String, origin: Origin) {
        let text = Text { text, origin };
        match row.target {
            Target::Program => self.program.insert(row.name, text),
            Target::Parameter(id) => self.parameters.insert(id.to_owned(), text),
        };
    }

    /// Reads a file on top: TOML when its name ends in `.toml`, else `NAME=value` lines.
    ///
    /// # Errors
    /// When the file cannot be read, or a line in it means nothing.
    pub fn file(&mut self, path: &Path) -> Result<(), LayerError> {
        let text = std::fs::read_to_string(path).map_err(|e| LayerError::Unreadable(path.to_owned(), e))?;
        if path.extension().is_some_and(|e| e == "toml") { self.toml(path, &text) } else { self.env_file(path, &text) }
    }

    fn env_file(&mut self, path: &Path, text: &str) -> Result<(), LayerError> {
        for (n, line) in text.lines().enumerate() {
            let bad = |what: String| LayerError::BadLine(path.to_owned(), n + 1, what);
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, value) = line
                .strip_prefix("export ")
                .unwrap_or(line)
                .split_once('=')
                .ok_or_else(|| bad(format!("{line:?} is not of the form NAME=value")))?;
            let row = table::by_env(name.trim()).ok_or_else(|| {
                bad(format!("variable {} is not known; `breaker-console config show` lists the names", name.trim()))
            })?;
            self.set(row, unquote(value).to_owned(), Origin::File(path.to_owned(), n + 1));
        }
        Ok(())
    }

    fn toml(&mut self, path: &Path, text: &str) -> Result<(), LayerError> {
        let bad = |line: usize, what: String| LayerError::BadLine(path.to_owned(), line, what);
        let document: toml::Table = toml::from_str(text)
            .map_err(|e| bad(e.span().map_or(1, |s| line_of(text, s.start)), e.message().to_owned()))?;
        for (key, value) in document {
            let line = line_of_key(text, &key);
            match value {
                toml::Value::Table(table) if key == "settings" => {
                    for (id, value) in table {
                        let line = line_of_key(text, &id);
                        let text = scalar(&value).ok_or_else(|| bad(line, format!("{id} must be a plain value")))?;
                        self.parameters.insert(id, Text { text, origin: Origin::File(path.to_owned(), line) });
                    }
                }
                value => {
                    let row = table::by_name(&key).filter(|r| r.target == Target::Program).ok_or_else(|| {
                        bad(line, format!("key {key} is not known; `breaker-console config show` lists the names"))
                    })?;
                    let text = scalar(&value).ok_or_else(|| bad(line, format!("{key} must be a plain value")))?;
                    self.set(row, text, Origin::File(path.to_owned(), line));
                }
            }
        }
        Ok(())
    }

    /// Reads environment variables on top.
    ///
    /// # Errors
    /// When a variable carries the program's prefix and no row knows it.
    pub fn environment(&mut self, variables: impl IntoIterator<Item = (String, String)>) -> Result<(), LayerError> {
        for (name, value) in variables {
            match table::by_env(&name) {
                Some(row) => self.set(row, value, Origin::Environment(name)),
                // The variable of --config itself is read before the layers are.
                None if name == super::CONFIG_VARIABLE => {}
                None if name.starts_with("BREAKER_CONSOLE_") => return Err(LayerError::UnknownVariable(name)),
                None => {}
            }
        }
        Ok(())
    }

    /// An option of the command line on top.
    pub fn option(&mut self, row: &'static Row, text: String) {
        self.set(row, text, Origin::Option(format!("--{}", row.name)));
    }

    /// `--set Parameter=value` on top.
    ///
    /// # Errors
    /// When there is no `=` in it.
    pub fn assignment(&mut self, text: &str) -> Result<(), LayerError> {
        let (id, value) = text.split_once('=').ok_or_else(|| LayerError::BadSet(text.to_owned()))?;
        let text = Text { text: value.trim().to_owned(), origin: Origin::Option("--set".to_owned()) };
        self.parameters.insert(id.trim().to_owned(), text);
        Ok(())
    }
}

/// The value of an env-file line: quotes off, a comment behind white space off.
fn unquote(value: &str) -> &str {
    let value = value.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote).and_then(|v| v.split(quote).next()) {
            return inner;
        }
    }
    value.split_once([' ', '\t']).map_or(
        value,
        |(word, rest)| {
            if rest.trim_start().starts_with('#') { word } else { value }
        },
    )
}

fn scalar(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(s) => Some(s.clone()),
        toml::Value::Integer(i) => Some(i.to_string()),
        toml::Value::Float(f) => Some(f.to_string()),
        toml::Value::Boolean(b) => Some(b.to_string()),
        _ => None,
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset.min(text.len())].matches('\n').count() + 1
}

fn line_of_key(text: &str, key: &str) -> usize {
    text.lines().position(|l| l.trim_start().trim_start_matches(['"', '[']).starts_with(key)).map_or(1, |n| n + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env_file(text: &str) -> Result<Layers, LayerError> {
        let mut layers = Layers::default();
        layers.env_file(Path::new("config.env"), text)?;
        Ok(layers)
    }

    #[test]
    fn the_briefs_lines_are_read_with_their_comments() {
        let layers = env_file("RATED_CURRENT=100.0          # Amperes\nDEVICE_ID='q 1'\n\n# nothing\n").unwrap();
        assert_eq!(layers.parameters["RatedCurrent"].text, "100.0");
        assert_eq!(layers.program["device-id"].text, "q 1");
        assert_eq!(layers.program["device-id"].origin, Origin::File("config.env".into(), 2));
    }

    #[test]
    fn a_line_that_means_nothing_is_named() {
        let error = env_file("RATED_CURRENT=1\nRATED_CURENT=2\n").unwrap_err().to_string();
        assert!(error.starts_with("config.env:2: variable RATED_CURENT is not known"), "{error}");
        let error = env_file("hello\n").unwrap_err().to_string();
        assert!(error.starts_with("config.env:1: \"hello\" is not of the form"), "{error}");
    }

    #[test]
    fn the_later_layer_wins_and_says_so() {
        let mut layers = Layers::built_in();
        assert_eq!(layers.program["tick"].origin, Origin::BuiltIn);
        layers.toml(Path::new("a.toml"), "breakers = 5\ntick = 0.5\n[settings]\nOvercurrentPickup = 90\n").unwrap();
        layers.environment([("TELEMETRY_INTERVAL".into(), "0.25".into())]).unwrap();
        layers.option(table::by_name("breakers").unwrap(), "7".into());
        assert_eq!(layers.program["tick"].text, "0.25");
        assert_eq!(layers.program["breakers"].origin.to_string(), "option --breakers");
        assert_eq!(layers.parameters["OvercurrentPickup"].origin, Origin::File("a.toml".into(), 4));
    }

    #[test]
    fn unknown_names_are_refused_in_every_layer() {
        let mut layers = Layers::default();
        let error = layers.toml(Path::new("a.toml"), "breakers = 1\nbraekers = 2\n").unwrap_err().to_string();
        assert!(error.starts_with("a.toml:2: key braekers is not known"), "{error}");
        let error = layers.environment([("BREAKER_CONSOLE_X".into(), "1".into())]).unwrap_err().to_string();
        assert!(error.contains("BREAKER_CONSOLE_X"), "{error}");
        assert!(layers.environment([("HOME".into(), "/".into())]).is_ok());
        assert!(layers.assignment("OvercurrentPickup").is_err());
    }

    #[test]
    fn every_row_has_its_own_names() {
        for (i, a) in ROWS.iter().enumerate() {
            for b in &ROWS[i + 1..] {
                assert!(a.name != b.name && a.env != b.env, "{} and {}", a.name, b.name);
            }
        }
    }
}
