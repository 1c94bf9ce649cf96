//! `config show`: the effective configuration and the layer that set each value.

use super::layers::Layers;
use super::table::{ROWS, Target};
use std::fmt::Write as _;

/// One line a setting; with `origin`, the layer that set it.
#[must_use]
pub fn show(layers: &Layers, origin: bool) -> String {
    let mut rows: Vec<(String, String, String)> = Vec::new();
    for row in ROWS {
        let text = match row.target {
            Target::Program => layers.program.get(row.name),
            Target::Parameter(id) => layers.parameters.get(id),
        };
        let (value, from) = match text {
            Some(t) if row.secret && !t.text.is_empty() => ("(hidden)".to_owned(), t.origin.to_string()),
            Some(t) => (t.text.clone(), t.origin.to_string()),
            None => (String::new(), if row.target == Target::Program { "not set" } else { "profile" }.to_owned()),
        };
        rows.push((format!("{} ({})", row.name, row.env), value, from));
    }
    for (id, text) in &layers.parameters {
        if !ROWS.iter().any(|r| matches!(r.target, Target::Parameter(p) if p == id)) {
            rows.push((id.clone(), text.text.clone(), text.origin.to_string()));
        }
    }
    let names = rows.iter().map(|r| r.0.chars().count()).max().unwrap_or(0);
    let values = rows.iter().map(|r| r.1.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for (name, value, from) in rows {
        // Writing to a String cannot fail.
        let _ = if origin {
            writeln!(out, "{name:names$}  {value:values$}  {from}")
        } else {
            writeln!(out, "{name:names$}  {value}")
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layer_stands_beside_the_value_and_secrets_stay_hidden() {
        let mut layers = Layers::built_in();
        layers
            .environment([
                ("MQTT_PASSWORD".into(), "swordfish".into()),
                ("RATED_CURRENT".into(), "63".into()),
                ("TELEMETRY_INTERVAL".into(), "0.5".into()),
            ])
            .unwrap();
        let text = show(&layers, true);
        assert!(!text.contains("swordfish"));
        let line = |name: &str| text.lines().find(|l| l.starts_with(name)).unwrap_or_default().to_owned();
        assert!(line("RatedCurrent").ends_with("environment RATED_CURRENT"));
        assert!(line("tick ").contains(" 0.5 "));
        assert!(line("breakers ").ends_with("built-in"));
        assert!(line("OvercurrentPickup").ends_with("profile"));
    }
}
