//! Recordings that the program writes, read by the strict checker.

use crate::comtrade_check::{Recording, check, sections};
use breaker_console::record::comtrade::{ComtradeError, Form, Meta, combined, write};
use breaker_console::record::{AnalogChannel, DigitalChannel, Waveform};
use breaker_console::time::{Epoch, SampleRate, Tick};
use proptest::prelude::*;

pub(crate) const RATE: SampleRate = SampleRate::AT_60_HZ;

/// 28 cycles of a fault with a decaying offset, as a trip is recorded: 8 cycles before, 20 after.
pub(crate) fn waveform(digitals: usize) -> Waveform {
    let rows: i32 = 28 * 128;
    let trigger: i32 = 8 * 128;
    let wave = |amplitude: f64, shift: f64| -> Vec<f32> {
        (0..rows)
            .map(|n| {
                let angle = f64::from(n) / 128.0 * std::f64::consts::TAU + shift;
                let since = f64::from(n - trigger) / f64::from(RATE.hz());
                let fault = if n < trigger { 0.0 } else { 15.0 * (angle.sin() - (-since / 0.02).exp() * shift.sin()) };
                let open = n > trigger + 300;
                if open { 0.0 } else { (amplitude * (angle.sin() + fault)) as f32 }
            })
            .collect()
    };
    let analog = [("IA", "A", "A", 90.0), ("IB", "B", "A", 90.0), ("IC", "C", "A", 90.0), ("IN", "N", "A", 0.0)]
        .into_iter()
        .chain([("VA", "A", "V", 391.9), ("VB", "B", "V", 391.9), ("VC", "C", "V", 391.9)])
        .enumerate()
        .map(|(n, (name, phase, unit, amplitude))| AnalogChannel {
            name: name.to_owned(),
            phase: phase.to_owned(),
            unit: unit.to_owned(),
            values: wave(amplitude, n as f64 * -2.0944 + 0.3),
        })
        .collect();
    let digital = (0..digitals)
        .map(|d| DigitalChannel {
            name: format!("D{d}"),
            states: (0..rows).map(|n| (n as usize / 100 + d).is_multiple_of(d % 5 + 2)).collect(),
        })
        .collect();
    Waveform {
        first: Tick(1_000_003),
        trigger: Tick(1_000_003 + u64::from(trigger.unsigned_abs())),
        rate_hz: RATE.hz(),
        frequency_hz: 60.0,
        analog,
        digital,
    }
}

pub(crate) fn meta() -> Meta {
    Meta {
        station: "MDB-A, north".to_owned(),
        device: "smart-breaker-001".to_owned(),
        component: "Q01".to_owned(),
        company: String::new(),
        event: "smart-breaker-001-T000007".to_owned(),
        epoch: Epoch::fixed(RATE),
        normally_on: vec!["D1".to_owned()],
        header: vec!["Trip smart-breaker-001-T000007".to_owned(), "--- file type: DAT ASCII ---".to_owned()],
    }
}

/// The greatest error that the kind of data allows, as a share of the greatest value of the channel.
fn resolution(form: Form) -> f64 {
    match form {
        Form::Float32 => 0.0,
        // Half a step of 32 bit; values are single precision before they are written.
        Form::Binary32 => 0.5001 / 2_147_483_647.0,
        _ => 0.5001 / 32_767.0,
    }
}

fn assert_same(recording: &Recording, waveform: &Waveform, form: Form) {
    assert_eq!(recording.analog.len(), waveform.analog.len());
    for (read, written) in recording.analog.iter().zip(&waveform.analog) {
        assert_eq!((&read.name, &read.phase, &read.unit), (&written.name, &written.phase, &written.unit));
        let greatest = written.values.iter().fold(0.0, |m, v| f64::max(m, f64::from(v.abs())));
        let allowed = greatest * resolution(form);
        for (row, (r, w)) in read.values.iter().zip(&written.values).enumerate() {
            let error = (r - f64::from(*w)).abs();
            assert!(error <= allowed, "{form:?} {} row {row}: {r} for {w}, allowed {allowed}", read.name);
        }
    }
    for (read, written) in recording.digital.iter().zip(&waveform.digital) {
        assert_eq!((&read.name, &read.states), (&written.name, &written.states));
    }
}

#[test]
fn every_form_passes_the_strict_checker_and_comes_back() {
    // 0, one, a full word, one more, and several words of digital channels.
    for digitals in [0, 1, 16, 17, 40] {
        let waveform = waveform(digitals);
        for form in Form::ALL {
            let files = write(&waveform, &meta(), form).unwrap();
            let recording = check(&files.cfg, &files.dat).unwrap_or_else(|e| panic!("{form:?}: {e}"));
            assert_same(&recording, &waveform, form);
        }
    }
}

#[test]
fn the_configuration_says_what_was_recorded() {
    let waveform = waveform(3);
    for form in Form::ALL {
        let files = write(&waveform, &meta(), form).unwrap();
        let r = check(&files.cfg, &files.dat).unwrap();
        assert_eq!((r.station.as_str(), r.device.as_str(), r.year), ("MDB-A_ north", "smart-breaker-001", form.year()));
        assert_eq!((r.frequency, r.rate, r.file_type.as_str()), (60.0, 7680.0, form.file_type()));
        assert_eq!(r.digital.iter().map(|d| d.normal).collect::<Vec<_>>(), [false, true, false]);
        // 1 000 003 / 7680 = 130.208723958 s after 2024-01-01T00:00:00Z; the trigger 1024 samples = 133.333 ms later.
        assert_eq!(r.start, [1, 1, 2024, 0, 2, 10, 208_723]);
        assert_eq!(r.trigger, [1, 1, 2024, 0, 2, 10, 342_057]);
        // The trigger time is the time of its row.
        assert_eq!(r.stamps[1024], 342_057 - 208_723);
        assert_eq!(
            String::from_utf8(files.hdr).unwrap(),
            "Trip smart-breaker-001-T000007\r\n file type: DAT ASCII ---\r\n"
        );
    }
}

#[test]
fn combined_files_hold_the_same() {
    let waveform = waveform(17);
    for form in Form::ALL {
        let both = combined(&waveform, &meta(), form);
        if form.year() == 1999 {
            assert_eq!(both, Err(ComtradeError::Edition));
            continue;
        }
        let [cfg, hdr, dat] = sections(&both.unwrap()).unwrap();
        let files = write(&waveform, &meta(), form).unwrap();
        assert!(cfg == files.cfg && hdr == files.hdr && dat == files.dat, "{form:?}");
        assert_same(&check(&cfg, &dat).unwrap(), &waveform, form);
    }
}

/// Row 2 of a small recording, byte for byte.
#[test]
fn a_binary_row_has_the_layout_of_the_standard() {
    let mut small = Waveform { analog: vec![], digital: vec![], ..waveform(0) };
    small.first = Tick(0);
    small.trigger = Tick(1);
    small.analog.push(AnalogChannel {
        name: "IA".to_owned(),
        phase: "A".to_owned(),
        unit: "A".to_owned(),
        values: vec![0.0, -32.767, 16.0],
    });
    small.digital = (0..17)
        .map(|d| DigitalChannel { name: format!("D{d}"), states: vec![false, d == 0 || d == 9 || d == 16, false] })
        .collect();
    let dat = write(&small, &meta(), Form::Binary1999).unwrap().dat;
    #[rustfmt::skip]
    assert_eq!(dat[14..28], [
        2, 0, 0, 0,   // number of the row
        130, 0, 0, 0, // 1/7680 s = 130.2 us
        0x01, 0x80,   // -32767
        0x01, 0x02,   // channels 1 to 16: bits 0 and 9
        0x01, 0x00,   // channel 17: bit 0
    ]);
    let text = String::from_utf8(write(&small, &meta(), Form::Ascii1999).unwrap().dat).unwrap();
    assert_eq!(text.lines().nth(1), Some("2,130,-32767,1,0,0,0,0,0,0,0,0,1,0,0,0,0,0,0,1"));
}

#[test]
fn zero_is_exactly_zero_in_every_form() {
    let mut waveform = waveform(1);
    waveform.analog[0].values.fill(0.0);
    for form in Form::ALL {
        let files = write(&waveform, &meta(), form).unwrap();
        let recording = check(&files.cfg, &files.dat).unwrap();
        assert!(recording.analog[0].values.iter().all(|v| *v == 0.0));
        assert_eq!(recording.analog[1].values.last(), Some(&0.0), "opened");
    }
}

#[test]
fn what_cannot_be_written_is_refused_with_a_reason() {
    let refused = |change: &dyn Fn(&mut Waveform, &mut Meta)| {
        let (mut waveform, mut meta) = (waveform(1), meta());
        change(&mut waveform, &mut meta);
        write(&waveform, &meta, Form::Binary1999).unwrap_err().to_string()
    };
    assert_eq!(refused(&|w, _| w.analog[1].values[4] = f32::NAN), "channel IB, row 5: not a finite number");
    assert_eq!(refused(&|w, _| w.analog[2].values.truncate(7)), "channel IC has 7 rows, the first has 3584");
    assert_eq!(refused(&|w, _| w.digital[0].states.truncate(9)), "channel D0 has 9 rows, the first has 3584");
    assert_eq!(refused(&|w, _| (w.analog, w.digital) = (vec![], vec![])), "the waveform is empty");
    assert!(refused(&|w, _| w.trigger = Tick(w.first.0 + 3584)).contains("trigger"));
    assert!(refused(&|w, _| w.trigger = Tick(w.first.0 - 1)).contains("trigger"));
    assert!(refused(&|w, _| w.rate_hz = 6400).contains("6400 samples a second"));
    assert!(refused(&|_, m| m.epoch.utc_micros = i64::MAX / 2).contains("four digits"));
}

/// Files and expected values for `tests/interop/comtrade_read.py`, which reads them with software written elsewhere.
#[test]
fn files_for_another_reader_are_written() {
    let dir = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("comtrade");
    std::fs::create_dir_all(&dir).unwrap();
    let waveform = waveform(17);
    let mut listed = Vec::new();
    for form in Form::ALL {
        let files = write(&waveform, &meta(), form).unwrap();
        let base = format!("{form:?}").to_lowercase();
        for (extension, content) in [("cfg", &files.cfg), ("dat", &files.dat), ("hdr", &files.hdr)] {
            std::fs::write(dir.join(format!("{base}.{extension}")), content).unwrap();
        }
        let mut list = |file| listed.push(serde_json::json!({ "file": file, "resolution": resolution(form) }));
        list(format!("{base}.cfg"));
        if form.year() == 2013 {
            std::fs::write(dir.join(format!("{base}.cff")), combined(&waveform, &meta(), form).unwrap()).unwrap();
            list(format!("{base}.cff"));
        }
    }
    let analog: Vec<_> =
        waveform.analog.iter().map(|c| serde_json::json!({ "name": c.name, "values": c.values })).collect();
    let digital: Vec<_> =
        waveform.digital.iter().map(|c| serde_json::json!({ "name": c.name, "states": c.states })).collect();
    let expected = serde_json::json!({
        "files": listed, "rate": 7680, "frequency": 60, "trigger_s": 0.133_334,
        "start": "2024-01-01T00:02:10.208723", "analog": analog, "digital": digital,
    });
    std::fs::write(dir.join("expected.json"), expected.to_string()).unwrap();
}

proptest! {
    /// Any finite values of any size come back within the resolution, and zero channels and long names are no trouble.
    #[test]
    fn any_waveform_comes_back(
        values in prop::collection::vec(prop::num::f32::NORMAL | prop::num::f32::ZERO | prop::num::f32::SUBNORMAL, 2..40),
        scale in -30i32..30,
        name in ".{1,80}",
        first in 0u64..1_000_000_000_000,
    ) {
        let values: Vec<f32> = values.iter().map(|v| v * 10f32.powi(scale)).map(|v| if v.is_finite() { v } else { 0.0 }).collect();
        let rows = values.len();
        let waveform = Waveform {
            first: Tick(first),
            trigger: Tick(first + rows as u64 / 2),
            rate_hz: RATE.hz(),
            frequency_hz: 60.0,
            analog: vec![AnalogChannel { name: name.clone(), phase: String::new(), unit: "A".to_owned(), values }],
            digital: vec![DigitalChannel { name, states: (0..rows).map(|n| n % 3 == 0).collect() }],
        };
        for form in Form::ALL {
            let files = write(&waveform, &meta(), form).unwrap();
            let recording = check(&files.cfg, &files.dat).map_err(TestCaseError::fail)?;
            let greatest = waveform.analog[0].values.iter().fold(0.0, |m, v| f64::max(m, f64::from(v.abs())));
            for (read, written) in recording.analog[0].values.iter().zip(&waveform.analog[0].values) {
                let error = (read - f64::from(*written)).abs();
                prop_assert!(error <= greatest * resolution(form) + f64::MIN_POSITIVE, "{form:?}: {read} for {written}");
            }
            prop_assert_eq!(&recording.digital[0].states, &waveform.digital[0].states);
        }
    }
}
