//! `picture`: a screen of a fresh plant after some seconds, as SVG or text.
//!
//! The plant starts on a fixed date with a seed, so that the same command gives the same picture anywhere.

use super::export;
use super::model::Model;
use super::ui::{ScreenId, UiState};
use super::view::view;
use crate::breaker::injection::{FaultKind, Injection, NetworkFault};
use crate::control::{BreakerIx, Command, Origin, OriginCategory, Request, RequestId};
use crate::plant::{Plant, PlantConfig};
use crate::profile::Role;
use crate::runtime::command::{CommandError, configuration, print};
use crate::runtime::fleet;
use crate::units::{Ohms, Seconds};
use clap::ArgMatches;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::sync::Arc;

/// Prints the picture.
///
/// # Errors
/// When an option has no meaning, or the plant cannot be built.
pub fn run(matches: &ArgMatches) -> Result<u8, CommandError> {
    let said = |text: String| CommandError::Said(text);
    let text = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    let size = text("size").split_once('x').and_then(|(w, h)| Some((w.parse::<u16>().ok()?, h.parse::<u16>().ok()?)));
    let (width, height) = size
        .filter(|(w, h)| (20..=300).contains(w) && (5..=100).contains(h))
        .ok_or_else(|| said(format!("--size {:?}: write columns x rows, from 20x5 to 300x100", text("size"))))?;
    let screen =
        ScreenId::ALL.into_iter().find(|s| s.title().eq_ignore_ascii_case(text("screen"))).ok_or_else(|| {
            said(format!("--screen {:?}: {}", text("screen"), ScreenId::ALL.map(ScreenId::title).join(", ")))
        })?;
    let fault = match text("fault") {
        "" => None,
        "3PH" => Some(FaultKind::ThreePhase),
        "LL" => Some(FaultKind::LineLine),
        "LLG" => Some(FaultKind::LineLineGround),
        "LG" => Some(FaultKind::LineGround),
        other => return Err(said(format!("--fault {other:?}: 3PH, LL, LLG or LG"))),
    };
    let at = Seconds(matches.get_one::<f64>("at").copied().unwrap_or(12.0));
    if !(1.0..=3600.0).contains(&at.0) {
        return Err(said("--at must be from 1 to 3600 seconds".to_owned()));
    }

    let (config, _) = configuration(matches)?;
    let loaded = fleet::load(&config)?;
    let fixed = PlantConfig::new(loaded.spec.clone(), Arc::clone(&loaded.points)).utc_micros;
    let mut plant = Plant::new(fleet::plant_config(&config, &loaded, fixed)).map_err(|e| said(e.to_string()))?;
    let rate = plant.epoch().rate;
    plant.step(rate.span(Seconds(at.0 - 1.0)).0);
    if let Some(kind) = fault {
        let origin = Origin { category: OriginCategory::Process, ident: "picture".into() };
        let injection = Injection::Fault(NetworkFault {
            kind,
            distance_m: 30.0,
            resistance: Ohms(0.0),
            inception_deg: None,
            arc: false,
        });
        let command = Command::Inject(injection);
        plant.request(Request { id: RequestId(1), origin, role: Role::Administrator, target: BreakerIx(0), command });
    }
    plant.step(rate.span(Seconds(1.0)).0);

    let ui = UiState { screen, size: (width, height), ..UiState::default() };
    let mut model = Model::new(Arc::new(plant.snapshot()), plant.fleet(), ui);
    for record in plant.drain_records() {
        model.push_record(record);
    }
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    view(&model, area, &mut buffer);
    if text("format") == "text" {
        for row in buffer.content().chunks(usize::from(width)) {
            let line: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
            print(&format!("{}\n", line.trim_end()));
        }
    } else {
        print(&export::svg(&buffer));
    }
    Ok(0)
}
