//! The settings of a breaker: in force with their limits, or as the change that is pending.

use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::ui::Pending;
use crate::console::widget::line::Line;
use crate::console::widget::pen::Pen;
use crate::console::widget::table::{Cell, Column, table};
use crate::console::widget::text::{clip, wrap};
use crate::plant::snapshot::BreakerView;
use crate::profile::{Parameter, Profile, Value};

/// Draws what is pending, or the settings in force.
pub(super) fn view(model: &Model, b: &BreakerView, pen: &mut Pen<'_>) {
    match &model.ui.pending {
        Some(pending) if pending.breaker == model.ui.selected => diff(model, b, pending, pen),
        _ => in_force(model, b, pen),
    }
}

/// The settings with unit, limits and default.
fn in_force(model: &Model, b: &BreakerView, pen: &mut Pen<'_>) {
    const COLUMNS: [Column; 5] = [
        Column::rest("SETTING", 22, 0),
        Column::numbers("VALUE", 12, 0),
        Column::words("UNIT", 4, 0),
        Column::numbers("LIMITS", 11, 1),
        Column::numbers("DEFAULT", 12, 2),
    ];
    let profile = &model.fleet.profile;
    let settings = model.settings();
    let remark = if b.can_undo { "last change can be undone" } else { "" };
    let mut inside = pen.panel(&format!("Settings  {}  in force", b.designation), remark);
    let notes = notes(b, &inside);
    let (w, h) = (inside.width(), inside.height());
    let below = (notes.len() as u16).min(h / 3);
    let cursor = model.ui.cursor.settings.min(settings.len().saturating_sub(1));
    table(&mut inside.part(0, 0, w, h - below), &COLUMNS, settings.len(), Some(cursor), |i| {
        let parameter = &profile[settings[i]];
        let value = b.readings.get(settings[i].0).and_then(|r| r.value.as_ref());
        let changed = value.is_some() && value != parameter.default.as_ref();
        let row: Vec<Cell<'_>> = vec![
            (parameter.id.as_str().into(), Role::Text),
            (
                value.map_or_else(|| "-".to_owned(), |v| text(profile, parameter, v)).into(),
                if changed { Role::Strong } else { Role::Text },
            ),
            (parameter.unit.as_str().into(), Role::Dim),
            (limits(profile, parameter).into(), Role::Dim),
            (parameter.default.as_ref().map_or_else(String::new, |v| text(profile, parameter, v)).into(), Role::Dim),
        ];
        row
    });
    for (i, note) in notes.iter().take(usize::from(below)).enumerate() {
        inside.put(1, h - below + i as u16, note, Role::Priority3);
    }
}

/// What the validator says about the settings in force.
fn notes(b: &BreakerView, pen: &Pen<'_>) -> Vec<String> {
    let room = usize::from(pen.width().saturating_sub(2));
    b.warnings.iter().flat_map(|w| wrap(&format!("! {w}"), room, pen.symbols().ellipsis)).collect()
}

/// The pending change as a diff, with the findings of the validation.
fn diff(model: &Model, b: &BreakerView, pending: &Pending, pen: &mut Pen<'_>) {
    const COLUMNS: [Column; 5] = [
        Column::rest("SETTING", 22, 0),
        Column::numbers("IN FORCE", 10, 1),
        Column::words("", 2, 1),
        Column::numbers("NEW", 10, 0),
        Column::words("UNIT", 4, 0),
    ];
    let profile = &model.fleet.profile;
    let what = pending.template.as_deref().unwrap_or("edit");
    let n = pending.changes.len();
    let mut inside = pen.panel_in(
        &format!("Pending  {}  {what}", b.designation),
        Role::Pending,
        &format!("{n} changes  {} unchanged", pending.unchanged),
    );
    let (w, h) = (inside.width(), inside.height());
    let s = inside.symbols();
    let room = usize::from(w.saturating_sub(2));
    let findings: Vec<(String, Role)> = pending
        .findings
        .iter()
        .flat_map(|f| {
            let (sign, role) = if f.fatal { (s.no, Role::Priority1) } else { ("!", Role::Priority3) };
            wrap(&format!("{sign} {}", f.text), room, s.ellipsis).into_iter().map(move |l| (l, role))
        })
        .collect();
    let below = (findings.len() as u16).min(h / 2);
    let cursor = model.ui.cursor.settings.min(n.saturating_sub(1));
    table(&mut inside.part(0, 0, w, h - below), &COLUMNS, n, (n > 0).then_some(cursor), |i| {
        let change = &pending.changes[i];
        let parameter = profile.parameter(&change.id).map(|(_, p)| p);
        let show = |v: &Value| parameter.map_or_else(|| plain(v, None), |p| text(profile, p, v));
        let row: Vec<Cell<'_>> = vec![
            ((*change.id).into(), Role::Text),
            (change.old.as_ref().map_or_else(|| "-".to_owned(), show).into(), Role::Dim),
            (s.arrow.into(), Role::Dim),
            (show(&change.new).into(), Role::Pending),
            ((*change.unit).into(), Role::Dim),
        ];
        row
    });
    for (i, (text, role)) in findings.iter().take(usize::from(below)).enumerate() {
        inside.put(1, h - below + i as u16, text, *role);
    }
}

/// The templates of the profile, with how many settings each names.
pub(super) fn templates(model: &Model, pen: &mut Pen<'_>) {
    let profile = &model.fleet.profile;
    let mut inside = pen.panel("Templates", &format!("{} in the profile", profile.templates.len()));
    let h = inside.height();
    let pending = model.ui.pending.as_ref().and_then(|p| p.template.as_deref());
    let s = inside.symbols();
    for (y, t) in (0..h).zip(&profile.templates) {
        let chosen = pending == Some(t.id.as_str());
        if chosen {
            inside.sign(0, y, s.pointer, Role::Accent);
        }
        let role = if chosen { Role::Pending } else { Role::Text };
        let end = Line::new().item(t.id.as_str(), role).draw(&mut inside, 1, y);
        let room = usize::from(inside.width().saturating_sub(end + 3));
        let text = clip(&t.description, room, s.ellipsis);
        inside.put(end + 2, y, &text, Role::Dim);
    }
}

/// Lowest and highest legal value, or how many names there are to choose from.
fn limits(profile: &Profile, p: &Parameter) -> String {
    match (p.min, p.max, p.enumeration.and_then(|e| profile.enumerations.get(e))) {
        (_, _, Some(e)) => format!("{} choices", e.items.len()),
        (Some(min), Some(max), None) => format!("{min}..{max}"),
        _ => String::new(),
    }
}

/// A value of a parameter as text, an enumerated one by its name.
pub(super) fn text(profile: &Profile, p: &Parameter, value: &Value) -> String {
    if let (Value::Int(n), Some(e)) = (value, p.enumeration.and_then(|e| profile.enumerations.get(e)))
        && let Some((_, name)) = e.items.iter().find(|(number, _)| number == n)
    {
        return name.clone();
    }
    plain(value, p.resolution)
}

fn plain(value: &Value, resolution: Option<f64>) -> String {
    match value {
        Value::Bool(true) => "on".to_owned(),
        Value::Bool(false) => "off".to_owned(),
        Value::Int(n) => n.to_string(),
        Value::Float(v) => decimal(*v, resolution),
        Value::Text(t) => t.to_string(),
        Value::Time(t) => crate::console::widget::text::clock(*t),
        Value::Link(object, instance) => format!("{object}:{instance}"),
    }
}

/// A number with the decimals of its resolution; the shortest exact form without one.
fn decimal(value: f64, resolution: Option<f64>) -> String {
    match resolution.filter(|r| *r > 0.0) {
        Some(r) => format!("{value:.*}", (-r.log10()).ceil().clamp(0.0, 6.0) as usize),
        None => format!("{value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_follow_the_resolution() {
        assert_eq!(decimal(112.5, Some(0.1)), "112.5");
        assert_eq!(decimal(100.0, Some(1.0)), "100");
        assert_eq!(decimal(0.05, Some(0.01)), "0.05");
        assert_eq!(decimal(404.6, None), "404.6");
        assert_eq!(decimal(1000.0, None), "1000");
    }
}
