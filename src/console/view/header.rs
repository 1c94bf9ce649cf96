//! Tabs on the left, the state of the plant on the right.

use crate::console::action::Action;
use crate::console::dialog::role_word;
use crate::console::keymap::Context;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::ui::ScreenId;
use crate::console::widget::pen::Pen;
use crate::console::widget::text::{clock, width};

pub(super) fn draw(model: &Model, pen: &mut Pen<'_>) {
    let w = usize::from(pen.width());
    let mut facts = facts(model);
    // The widest tabs that leave room for what is abnormal; what is ordinary gives way, the clock last.
    let tabs = loop {
        let right: usize = facts.iter().map(|f| width(&f.text) + 2).sum();
        let forms = [Tabs::Full, Tabs::Short, Tabs::Current];
        if let Some(form) = forms.into_iter().find(|f| f.width(model) + right <= w) {
            let better_without = form == Tabs::Current && facts.iter().any(|f| f.rank > 1);
            if !better_without {
                break Some(form);
            }
        }
        let Some(last) = facts.iter().enumerate().max_by_key(|(_, f)| f.rank).map(|(i, _)| i) else { break None };
        facts.remove(last);
    };
    let mut end = pen.width();
    for fact in facts.iter().rev() {
        let w = width(&fact.text) as u16;
        if pen.put_before(0, end, 0, &fact.text, fact.role) {
            end = end.saturating_sub(w + 2);
        }
    }
    if let Some(form) = tabs {
        draw_tabs(model, pen, form);
    }
}

/// A fact on the right side. The greater the rank, the sooner it gives way.
struct Fact {
    rank: u8,
    text: String,
    role: Role,
}

fn facts(model: &Model) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |rank, text: String, role| facts.push(Fact { rank, text, role });
    let snapshot = &model.snapshot;
    if model.records_missed > 0 {
        add(1, format!("{} EVENTS MISSED", model.records_missed), Role::Priority2);
    }
    if model.injections() > 0 {
        add(0, "INJ".into(), Role::Inject);
    }
    if model.misbehaving() {
        add(0, "MIS".into(), Role::Inject);
    }
    if model.ui.read_only {
        add(1, "READ-ONLY".into(), Role::Strong);
    } else {
        add(3, role_word(model.ui.role).into(), Role::Dim);
    }
    if snapshot.paused {
        add(0, "PAUSED".into(), Role::Pending);
    } else if snapshot.speed != 1.0 {
        add(1, format!("x{}", snapshot.speed), Role::Strong);
    }
    if let Some(b) = model.selected() {
        add(1, if b.local { "LOCAL" } else { "REMOTE" }.into(), Role::Strong);
    }
    if model.ui.stats {
        let f = model.frame;
        add(2, format!("{} us  {} frames", f.last_us, f.frames), Role::Dim);
    }
    add(0, clock(snapshot.utc), Role::Text);
    facts
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tabs {
    Full,
    Short,
    Current,
}

impl Tabs {
    fn texts(self, model: &Model) -> Vec<(ScreenId, String)> {
        let key = |s| model.keymap.keys_for(Context::Global, Action::show(s));
        let text = |s: ScreenId, name: &str| match key(s) {
            Some(key) => format!("{key} {name}"),
            None => name.to_owned(),
        };
        match self {
            Self::Full => ScreenId::ALL.map(|s| (s, text(s, s.title()))).to_vec(),
            Self::Short => ScreenId::ALL.map(|s| (s, text(s, s.short()))).to_vec(),
            Self::Current => vec![(model.ui.screen, model.ui.screen.short().to_owned())],
        }
    }

    fn width(self, model: &Model) -> usize {
        self.texts(model).iter().map(|(_, t)| width(t) + 1).sum()
    }
}

fn draw_tabs(model: &Model, pen: &mut Pen<'_>, form: Tabs) {
    let mut x = 0;
    for (screen, text) in form.texts(model) {
        let open = screen == model.ui.screen;
        if open {
            pen.sign(x, 0, model.ui.symbols.symbols().pointer, Role::Accent);
        }
        x = pen.put(x + 1, 0, &text, if open { Role::Accent } else { Role::Dim });
    }
}
