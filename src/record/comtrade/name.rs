//! The file name, in the manner of IEEE C37.232 (COMNAME).

use super::Meta;
use crate::time::Tick;
use crate::time::civil::Civil;

/// Name without extension: date, time to the microsecond and time code of the trigger, station, device, company,
/// event; separated by commas. The same recording has the same name whenever it is written.
#[must_use]
pub fn base_name(meta: &Meta, trigger: Tick) -> String {
    let c = Civil::from_micros(meta.epoch.micros(trigger));
    let parts = [&meta.station, &meta.device, &meta.company, &meta.event].map(|text| part(text)).join(",");
    format!(
        "{:04}{:02}{:02},{:02}{:02}{:02}{:06},0t,{parts}",
        c.year, c.month, c.day, c.hour, c.minute, c.second, c.micro
    )
}

/// A part of the name: characters that separate parts, directories or words of a shell become an underscore. Parts are
/// short enough for four of them to fit into the 255 bytes that file systems allow.
fn part(text: &str) -> String {
    text.chars()
        .take(48)
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ') { c } else { '_' })
        .collect::<String>()
        .trim_matches(['.', ' '])
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Epoch, SampleRate};

    #[test]
    fn the_name_says_when_and_where_and_stays_in_its_directory() {
        let meta = Meta {
            station: "MDB-A".to_owned(),
            device: "../smart/breaker,1".to_owned(),
            component: String::new(),
            company: String::new(),
            event: "smart-breaker-001-T000007".to_owned(),
            epoch: Epoch::fixed(SampleRate::AT_60_HZ),
            normally_on: Vec::new(),
            header: Vec::new(),
        };
        // 7681 samples at 7680 Hz: one second and 130.2 us after 2024-01-01T00:00:00Z.
        let name = base_name(&meta, Tick(7681));
        assert_eq!(name, "20240101,000001000130,0t,MDB-A,_smart_breaker_1,,smart-breaker-001-T000007");
    }
}
