//! Select before operate: the first key selects, another one executes.
//!
//! ```text
//!  Asking --accepted--> Selected --execute--> Executing --done--> (closed)
//!     |                     |                     |
//!     `--refused--> Refused |                     `--refused--> Refused
//!                           `--time limit over--> Expired
//! ```
//!
//! The selection lives in the gate, with its time limit in simulated time; this dialog only shows it.

use super::panel::Panel;
use super::{LEAST_SIZE, Next};
use crate::breaker::Contacts;
use crate::console::action::Action;
use crate::console::keymap::Context;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::ui::Tone;
use crate::console::update::{self, Cmd};
use crate::control::{Answer, Command, Denied, Interlock, Request, RequestId, Switch};
use crate::plant::snapshot::BreakerView;
use crate::profile::Permission;
use crate::time::Tick;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Keys that come sooner after opening were typed before the operator could see the dialog.
const GUARD_MS: u64 = 400;

/// Select before operate.
#[derive(Clone, Debug)]
pub struct SelectDialog {
    /// What is to be done.
    pub switch: Switch,
    /// The breaker, by position.
    pub breaker: usize,
    /// How far it is.
    pub stage: Stage,
    opened_ms: u64,
}

/// How far a selection is.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// The selection was asked for.
    Asking(RequestId),
    /// The gate holds it since this tick.
    Selected(Tick),
    /// Execution was asked for.
    Executing(RequestId),
    /// The gate said no.
    Refused(Denied),
    /// The time limit is over.
    Expired,
}

impl SelectDialog {
    pub(super) fn open(model: &mut Model, switch: Switch) -> Option<(Self, Request)> {
        let breaker = model.ui.selected;
        let designation = model.selected()?.designation.clone();
        if model.ui.size.0 < LEAST_SIZE.0 || model.ui.size.1 < LEAST_SIZE.1 {
            let words = format!("{} needs a terminal of {} x {}", word(switch), LEAST_SIZE.0, LEAST_SIZE.1);
            update::say(model, Tone::Refused, words);
            return None;
        }
        let words = format!("{} {designation}", word(switch));
        let request = update::ask(model, breaker, Command::Select(switch), words)?;
        let stage = Stage::Asking(request.id);
        Some((Self { switch, breaker, stage, opened_ms: model.ui.now_ms }, request))
    }

    pub(super) fn act(&mut self, model: &mut Model, action: Action) -> Next {
        match action {
            // Giving back is safe at any time, the guard is for what moves something.
            Action::Cancel => match self.stage {
                Stage::Asking(_) | Stage::Selected(_) => self.give_back(model),
                Stage::Executing(_) | Stage::Refused(_) | Stage::Expired => Next::Close,
            },
            Action::Execute if model.ui.now_ms.saturating_sub(self.opened_ms) < GUARD_MS => Next::Stay,
            Action::Execute if matches!(self.stage, Stage::Selected(_)) => {
                let words = self.words(model);
                let Some(request) = update::ask(model, self.breaker, Command::Operate(self.switch), words) else {
                    return Next::Close;
                };
                self.stage = Stage::Executing(request.id);
                Next::StayAnd(vec![Cmd::Send(request)])
            }
            _ => Next::Stay,
        }
    }

    fn give_back(&self, model: &mut Model) -> Next {
        super::send(model, self.breaker, Command::Cancel, update::CANCEL.to_owned())
    }

    pub(super) fn answer(&mut self, model: &mut Model, answer: &Answer, words: &str) -> (bool, Next) {
        match (&self.stage, &answer.result) {
            (Stage::Asking(id), Ok(())) if *id == answer.id => {
                self.stage = Stage::Selected(answer.tick);
                (true, Next::Stay)
            }
            (Stage::Executing(id), Ok(())) if *id == answer.id => {
                update::say(model, Tone::Done, format!("{words}: executed"));
                (true, Next::Close)
            }
            (Stage::Asking(id) | Stage::Executing(id), Err(denied)) if *id == answer.id => {
                update::say(model, Tone::Refused, format!("{words} refused: {denied}"));
                self.stage = Stage::Refused(denied.clone());
                (true, Next::Stay)
            }
            _ => (false, Next::Stay),
        }
    }

    /// Sees in a newer snapshot whether the selection still holds.
    pub(super) fn observe(&mut self, model: &Model) {
        if let Stage::Selected(since) = self.stage
            && model.snapshot.tick > since
            && self.held(model).is_none()
        {
            self.stage = Stage::Expired;
        }
    }

    /// The execute key acts now.
    pub(in crate::console) const fn can_execute(&self) -> bool {
        matches!(self.stage, Stage::Selected(_))
    }

    /// Seconds that the selection still holds.
    fn held(&self, model: &Model) -> Option<f64> {
        let (switch, by, left) = model.snapshot.breakers.get(self.breaker)?.selection.as_ref()?;
        (*switch == self.switch && *by == model.ui.ident).then_some(left.0)
    }

    fn words(&self, model: &Model) -> String {
        let name = model.snapshot.breakers.get(self.breaker).map_or("", |b| b.designation.as_ref());
        format!("{} {name}", word(self.switch))
    }

    pub(super) fn view(&self, model: &Model, area: Rect, buf: &mut Buffer) {
        let Some(b) = model.snapshot.breakers.get(self.breaker) else { return };
        let checks = checks(model, b, self.switch);
        let standing = if matches!(self.stage, Stage::Refused(_)) { 4 } else { 2 };
        let height = 5 + standing + checks.len().div_ceil(2) as u16;
        let left = self.held(model).filter(|_| matches!(self.stage, Stage::Selected(_)));
        let countdown = left.map_or(String::new(), |s| format!("  {:.0} s", s.ceil()));
        let arrow = model.ui.symbols.symbols().pointer;
        let title = format!("SELECT {arrow} EXECUTE   {} {}{countdown}", word(self.switch), b.designation);
        let mut p = Panel::new(model, area, buf, &title, (64, height));

        let s = p.symbols;
        let role = if b.trip_latched { Role::Tripped } else { Role::Strong };
        let target = format!("{}  {}  {}", b.designation, b.load, b.id);
        p.line(vec![p.span(Role::Dim, "Target  "), p.span(Role::Strong, target)]);
        let (now_sign, now_word) = position(b, s);
        let (to_sign, to_word) = goal(self.switch, s);
        p.line(vec![
            p.span(Role::Dim, "Action  "),
            p.span(Role::Strong, word(self.switch)),
            p.span(role, format!("  {now_sign} {now_word} ")),
            p.span(Role::Dim, s.arrow),
            p.span(Role::Strong, format!(" {to_sign} {to_word}")),
        ]);
        // What is asked and how it stands come before the checks: on a low screen they must stay.
        self.standing(&mut p, model, left);
        p.gap_if(checks.len().div_ceil(2) as u16);
        let half = usize::from(p.width() / 2);
        for pair in checks.chunks(2) {
            let mut spans = Vec::new();
            for (i, (holds, text)) in pair.iter().enumerate() {
                let (sign, role) = if *holds { (s.yes, Role::Good) } else { (s.no, Role::Priority1) };
                spans.push(p.span(role, format!("{sign} ")));
                let role = if *holds { Role::Text } else { Role::Strong };
                let pad = if i == 0 { half.saturating_sub(2) } else { 0 };
                spans.push(p.span(role, format!("{text:<pad$}")));
            }
            p.line(spans);
        }
    }

    fn standing(&self, p: &mut Panel<'_>, model: &Model, left: Option<f64>) {
        let key = |action| model.keymap.keys_for(Context::Select, action).unwrap_or_default();
        let (execute, cancel) = (key(Action::Execute), key(Action::Cancel));
        match &self.stage {
            Stage::Asking(_) => p.text(Role::Dim, "asking for the selection"),
            Stage::Selected(_) => {
                let name = self.words(model);
                p.line(vec![
                    p.span(Role::Accent, format!("{execute}  ")),
                    p.span(Role::Strong, format!("EXECUTE {name}")),
                    p.span(Role::Accent, format!("      {cancel}  ")),
                    p.span(Role::Text, "cancel"),
                ]);
                let expiry = left.map_or(String::new(), |s| format!("Selection expires in {:.0} s. ", s.ceil()));
                p.wrapped(Role::Dim, &format!("{expiry}Enter does nothing here."));
            }
            Stage::Executing(_) => p.text(Role::Strong, "executing"),
            Stage::Refused(denied) => {
                p.line(vec![p.span(Role::Priority1, "REFUSED  "), p.span(Role::Strong, denied.cause())]);
                let why = denied.to_string();
                p.wrapped(Role::Text, why.split_once(": ").map_or(why.as_str(), |(_, detail)| detail));
                p.line(vec![p.span(Role::Accent, format!("{cancel}  ")), p.span(Role::Text, "back")]);
            }
            Stage::Expired => {
                p.line(vec![p.span(Role::Priority1, "EXPIRED  "), p.span(Role::Text, "nothing was executed")]);
                p.line(vec![p.span(Role::Accent, format!("{cancel}  ")), p.span(Role::Text, "back, then select anew")]);
            }
        }
    }
}

/// The word for an action.
pub(in crate::console) const fn word(switch: Switch) -> &'static str {
    match switch {
        Switch::Open => "OPEN",
        Switch::Close => "CLOSE",
        Switch::Trip => "TRIP",
        Switch::Reset => "RESET",
    }
}

fn position(b: &BreakerView, s: &'static crate::console::symbols::Symbols) -> (&'static str, &'static str) {
    match b.contacts {
        Contacts::Closed => (s.closed, "CLOSED"),
        Contacts::Closing => (s.moving, "CLOSING"),
        Contacts::Opening => (s.moving, "OPENING"),
        Contacts::Open if b.lockout => (s.locked, "LOCKED OUT"),
        Contacts::Open if b.trip_latched => (s.tripped, "TRIPPED"),
        Contacts::Open => (s.open, "OPEN"),
    }
}

fn goal(switch: Switch, s: &'static crate::console::symbols::Symbols) -> (&'static str, &'static str) {
    match switch {
        Switch::Open => (s.open, "OPEN"),
        Switch::Close => (s.closed, "CLOSED"),
        Switch::Trip => (s.tripped, "TRIPPED"),
        Switch::Reset => (s.open, "OPEN, latch reset"),
    }
}

/// What has to hold for the action, and whether it does.
fn checks(model: &Model, b: &BreakerView, switch: Switch) -> Vec<(bool, String)> {
    const CLOSE: [(Interlock, &str); 9] = [
        (Interlock::SpringNotCharged, "spring charged"),
        (Interlock::TripLatched, "trip latch reset"),
        (Interlock::LockoutLatched, "no lockout (86)"),
        (Interlock::DangerTag, "no danger tag"),
        (Interlock::NotInPosition, "in position"),
        (Interlock::BreakerFault, "no breaker fault"),
        (Interlock::ThermalHot, "49 thermal image cool"),
        (Interlock::PhaseRotation, "47 phase rotation"),
        (Interlock::StartsPerHour, "66 starts per hour"),
    ];
    let mut out = Vec::new();
    let may = model.fleet.profile.grants(model.ui.role, Permission::Control);
    out.push((may, format!("role {}", role_word(model.ui.role))));
    match switch {
        Switch::Close => {
            out.extend(CLOSE.iter().map(|(i, text)| (!b.not_ready.contains(i), (*text).to_owned())));
        }
        Switch::Reset => {
            let gone = !b.not_ready.contains(&Interlock::CausePresent);
            out.push((gone, "cause of the trip is gone".to_owned()));
            out.push((b.trip_latched || b.lockout, "a latch is set".to_owned()));
        }
        Switch::Open | Switch::Trip => {
            let closed = !matches!(b.contacts, Contacts::Open);
            out.push((closed, "contacts closed".to_owned()));
        }
    }
    if let Some(tag) = b.tag.as_ref().filter(|_| switch == Switch::Close) {
        out.push((false, format!("tag says: {tag}")));
    }
    out
}

/// A role as people write it.
pub(in crate::console) const fn role_word(role: crate::profile::Role) -> &'static str {
    match role {
        crate::profile::Role::Viewer => "VIEWER",
        crate::profile::Role::Maintenance => "MAINTENANCE",
        crate::profile::Role::Operator => "OPERATOR",
        crate::profile::Role::Administrator => "ADMINISTRATOR",
    }
}
