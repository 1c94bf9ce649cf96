//! Records for spreadsheets: RFC 4180, one row a record.

use super::describe::{cause, change_word, element, message, severity};
use super::{Body, Record};
use crate::control::words::{self, one_line};
use crate::time::civil::Civil;

/// The first line.
pub const HEADER: &str = "seq,utc,tick,device,class,element,phase,state,value,unit,limit,id,origin,who,role,text\r\n";

/// Records as a table with its header, CRLF at every line end.
pub fn table<'a>(records: impl IntoIterator<Item = &'a Record>) -> String {
    records.into_iter().map(row).fold(HEADER.to_owned(), |table, row| table + &row)
}

/// One record as a row.
#[must_use]
pub fn row(record: &Record) -> String {
    let mut columns = Columns::default();
    columns.fill(&record.body);
    let fields = [
        record.seq.to_string(),
        format!("{}Z", Civil::from_millis(record.utc)),
        record.tick.0.to_string(),
        text(&record.device),
        record.body.class().word().to_owned(),
        columns.element,
        columns.phase,
        columns.state,
        columns.value,
        columns.unit,
        columns.limit,
        text(&columns.id),
        columns.origin,
        text(&columns.who),
        columns.role,
        text(&message(record)),
    ];
    fields.map(|f| quoted(&f)).join(",") + "\r\n"
}

/// The columns that not every record has.
#[derive(Default)]
struct Columns {
    element: String,
    phase: String,
    state: String,
    value: String,
    unit: String,
    limit: String,
    id: String,
    origin: String,
    who: String,
    role: String,
}

impl Columns {
    fn fill(&mut self, body: &Body) {
        match body {
            Body::Element(c) => {
                self.element = element(c.element);
                self.phase = c.phase.map(|p| p.letter().to_owned()).unwrap_or_default();
                change_word(c.change).clone_into(&mut self.state);
                self.value = c.quantity.to_string();
                self.limit = c.threshold.to_string();
                self.unit.clone_from(&c.unit);
            }
            Body::Trip(t) => {
                self.element = cause(&t.cause);
                self.phase = t.phase.map(|p| p.letter().to_owned()).unwrap_or_default();
                "trip".clone_into(&mut self.state);
                self.value = t.current.0.to_string();
                self.limit = t.threshold.map(|v| v.to_string()).unwrap_or_default();
                "A".clone_into(&mut self.unit);
                t.id.0.as_ref().clone_into(&mut self.id);
            }
            Body::Cleared(c) => {
                "cleared".clone_into(&mut self.state);
                self.value = c.clearing.0.to_string();
                "s".clone_into(&mut self.unit);
                c.id.0.as_ref().clone_into(&mut self.id);
            }
            Body::Operation(o) => {
                if let Some(took) = o.duration {
                    self.value = took.0.to_string();
                    "s".clone_into(&mut self.unit);
                }
            }
            Body::Request(r) => {
                r.denied.as_ref().map_or("done", |d| d.cause()).clone_into(&mut self.state);
                self.id = r.id.0.to_string();
                r.origin.category.word().clone_into(&mut self.origin);
                r.origin.ident.as_ref().clone_into(&mut self.who);
                words::role(r.role).clone_into(&mut self.role);
            }
            Body::Alarm(a) => {
                (if a.active { "active" } else { "gone" }).clone_into(&mut self.state);
                severity(a.severity).clone_into(&mut self.limit);
                a.alarm.as_ref().clone_into(&mut self.id);
            }
            Body::PowerQuality(e) => {
                self.phase = e.phases.iter().map(|p| p.letter()).collect();
                self.state = text(&e.kind);
                self.value = e.extreme_percent.to_string();
                "%".clone_into(&mut self.unit);
            }
            Body::Settings(s) => {
                s.template.as_deref().unwrap_or_default().clone_into(&mut self.id);
            }
            Body::Test(t) => {
                t.outcome.word().clone_into(&mut self.state);
                self.value = t.duration.0.to_string();
                "s".clone_into(&mut self.unit);
                t.test.as_ref().clone_into(&mut self.id);
            }
            Body::Injection(_) | Body::Note(_) => {}
        }
    }
}

/// Text that may come from outside: on one line, and never taken for a formula by a spreadsheet.
fn text(raw: &str) -> String {
    let line = one_line(raw);
    if line.starts_with(['=', '+', '-', '@']) { format!("'{line}") } else { line }
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
