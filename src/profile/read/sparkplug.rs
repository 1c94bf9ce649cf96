//! `<Bindings><Sparkplug>`: metrics and command metrics.

use super::element::Open;
use super::ids::Ids;
use super::methods::Methods;
use super::notes::Notes;
use super::parameters::Declared;
use super::xml::Element;
use crate::profile::{CommandMetric, Method, Metric, MetricType, Parameter, SparkplugBinding};
use std::collections::HashMap;

/// What must be unique over metrics and commands together.
#[derive(Default)]
struct Taken {
    names: Ids,
    aliases: HashMap<u16, String>,
}

pub(super) fn read(
    section: Option<&Element>,
    declared: &Declared,
    methods: &Methods,
    notes: &mut Notes,
) -> SparkplugBinding {
    let mut binding = SparkplugBinding::default();
    let Some(section) = section else { return binding };
    let mut open = Open::new(section);
    open.required("template", notes).clone_into(&mut binding.template_name);
    let mut taken = Taken::default();
    let mut carried = HashMap::new();
    for child in open.children(&["Metric", "Command"], notes) {
        let (mut open, name) = Open::named(child, "name", notes);
        let alias = name_and_alias(&mut open, &name, &mut taken, notes);
        if child.name == "Metric" {
            let found = declared.reference(&mut open, notes);
            let datatype = open.word("datatype", MetricType::WORDS, notes);
            if let (Some((parameter, definition)), Some(datatype)) = (found, datatype) {
                if declared.sound[parameter.0] {
                    check_datatype(definition, datatype, &open, notes);
                }
                if let Some(first) = carried.insert(parameter, name.clone()) {
                    open.fault(notes, format!("'{}' is already carried by the metric {first}", definition.id));
                }
                binding.metrics.push(Metric { parameter, name, alias, datatype });
            }
        } else if let Some((method, definition)) = methods.reference(&mut open, notes) {
            let argument = argument(&mut open, definition, notes);
            let given = usize::from(argument.is_some());
            if let Some(arg) = definition.args.iter().skip(given).find(|a| a.required) {
                let reason =
                    format!("a command metric carries no argument, but '{}' needs {}", definition.id, arg.name);
                open.fault(notes, reason);
            }
            binding.commands.push(CommandMetric { method, name, alias, argument });
        }
        open.nothing_inside(notes);
        open.finish(notes);
    }
    open.finish(notes);
    binding
}

/// The fixed value of the first argument, which must be one that it allows.
fn argument(open: &mut Open<'_>, method: &Method, notes: &mut Notes) -> Option<String> {
    let given = open.optional("argument")?;
    match method.args.first() {
        None => open.fault(notes, format!("'{}' takes no argument", method.id)),
        Some(arg) if !arg.allowed.is_empty() && !arg.allowed.iter().any(|word| word == given) => {
            open.fault(notes, format!("argument '{given}' is not one of {}", arg.allowed.join(", ")));
        }
        Some(_) => {}
    }
    Some(given.to_owned())
}

fn name_and_alias(open: &mut Open<'_>, name: &str, taken: &mut Taken, notes: &mut Notes) -> u16 {
    if !name.is_empty()
        && let Some(reason) = illegal_name(name)
    {
        open.fault(notes, reason);
    }
    taken.names.enter(name, 0, open.line(), &open.name, "metric name", notes);
    let alias = open.whole::<u16>("alias", notes);
    if alias == Some(0) {
        open.fault(notes, "alias 0 is not usable; aliases begin at 1");
    }
    if let Some(alias) = alias
        && let Some(first) = taken.aliases.insert(alias, open.name.clone())
    {
        open.fault(notes, format!("alias {alias} is used twice; the first is {first}"));
    }
    alias.unwrap_or_default()
}

/// Folders are separated by `/`. `+`, `#` are wildcards of MQTT, and names under `Node Control/` and the name `bdSeq`
/// belong to the edge node (Sparkplug 3.0, 6.4.6 and 6.4.21).
fn illegal_name(name: &str) -> Option<String> {
    let legal = |c: char| c.is_ascii_alphanumeric() || " _-.:()/".contains(c);
    if let Some(bad) = name.chars().find(|c| !legal(*c)) {
        return Some(format!("metric name holds {bad:?}; letters, digits, blank and _-.:()/ are legal"));
    }
    if name.split('/').any(|folder| folder.is_empty() || folder.trim() != folder) {
        return Some("metric name has an empty folder, or a blank at the edge of one".to_owned());
    }
    let lower = name.to_lowercase();
    let reserved = lower == "bdseq" || lower.starts_with("node control/");
    reserved.then(|| "metric name is reserved for the edge node".to_owned())
}

fn check_datatype(parameter: &Parameter, datatype: MetricType, open: &Open<'_>, notes: &mut Notes) {
    let fitting = MetricType::carrying(parameter.kind);
    if !fitting.contains(&datatype) {
        let words = fitting.iter().map(|t| t.word()).collect::<Vec<_>>().join(" or ");
        let instead = if words.is_empty() { "no datatype can; say paths=\"lwm2m\"".to_owned() } else { words };
        let (id, kind) = (&parameter.id, parameter.kind.word());
        open.fault(notes, format!("{} cannot carry '{id}', which is {kind}; use {instead}", datatype.word()));
    }
    let limits = [parameter.min, parameter.max];
    if datatype == MetricType::Int32 && limits.iter().flatten().any(|l| l.abs() > f64::from(i32::MAX)) {
        open.fault(notes, format!("the range of '{}' does not fit Int32; use Int64", parameter.id));
    }
}
