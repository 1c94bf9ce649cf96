//! Requests to the gate and their answers.

use super::{Cmd, say};
use crate::console::dialog;
use crate::console::model::Model;
use crate::console::ui::Tone;
use crate::control::{Answer, BreakerIx, Command, Denied, Origin, OriginCategory, Request, RequestId};

/// Answers waited for at most; an older request that nobody answered is forgotten.
const WAITING: usize = 64;

/// Makes a request, or says why this console may not.
pub(in crate::console) fn ask(model: &mut Model, breaker: usize, command: Command, words: String) -> Option<Request> {
    if model.ui.read_only {
        say(model, Tone::Refused, format!("{words} refused: this console is read-only"));
        return None;
    }
    let id = RequestId(model.ui.next_request);
    model.ui.next_request += 1;
    if model.ui.waiting.len() >= WAITING {
        model.ui.waiting.pop_front();
    }
    model.ui.waiting.push_back((id, words));
    Some(Request {
        id,
        origin: Origin { category: OriginCategory::BayControl, ident: model.ui.ident.clone() },
        role: model.ui.role,
        target: BreakerIx(breaker),
        command,
    })
}

/// The same as an effect.
pub(super) fn send(model: &mut Model, breaker: usize, command: Command, words: String) -> Vec<Cmd> {
    ask(model, breaker, command, words).map(Cmd::Send).into_iter().collect()
}

/// Takes an answer in: the dialog that waits for it gets it, else the message row.
pub(in crate::console) fn answered(model: &mut Model, answer: &Answer) {
    let Some(at) = model.ui.waiting.iter().position(|(id, _)| *id == answer.id) else { return };
    let Some((_, words)) = model.ui.waiting.remove(at) else { return };
    if dialog::answer(model, answer, &words) {
        return;
    }
    match &answer.result {
        // A selection given back is not worth a line.
        Ok(()) if words == CANCEL => {}
        Ok(()) => say(model, Tone::Done, format!("{words}: done")),
        Err(Denied::ObjectNotSelected) if words == CANCEL => {}
        Err(denied) => say(model, Tone::Refused, format!("{words} refused: {denied}")),
    }
}

/// The words of a request that gives a selection back.
pub(in crate::console) const CANCEL: &str = "cancel";

/// The queue was full: the same as an answer that says so.
pub(super) fn not_sent(model: &mut Model, request: &Request) {
    let answer = Answer {
        id: request.id,
        target: request.target,
        tick: model.snapshot.tick,
        result: Err(Denied::ResourceLimit),
    };
    answered(model, &answer);
}
