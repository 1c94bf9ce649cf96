//! A strict reader of COMTRADE, for tests: what the common readers forgive is an error here.
//!
//! Written from IEEE C37.111-1999 and -2013, apart from the writer. The last tests break a good recording in the ways
//! that a widespread reader lets pass, and demand that each is found.

/// A recording that was accepted.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) station: String,
    pub(crate) device: String,
    pub(crate) year: u16,
    pub(crate) analog: Vec<Analog>,
    pub(crate) digital: Vec<Digital>,
    pub(crate) frequency: f64,
    pub(crate) rate: f64,
    /// Day, month, year, hour, minute, second, microsecond.
    pub(crate) start: [i64; 7],
    pub(crate) trigger: [i64; 7],
    pub(crate) file_type: String,
    pub(crate) stamps: Vec<u64>,
}

#[derive(Debug)]
pub(crate) struct Analog {
    pub(crate) name: String,
    pub(crate) phase: String,
    pub(crate) unit: String,
    pub(crate) a: f64,
    pub(crate) values: Vec<f64>,
    b: f64,
    min: f64,
    max: f64,
}

#[derive(Debug)]
pub(crate) struct Digital {
    pub(crate) name: String,
    pub(crate) normal: bool,
    pub(crate) states: Vec<bool>,
}

/// Reads configuration and data, or says what is wrong.
pub(crate) fn check(cfg: &[u8], dat: &[u8]) -> Result<Recording, String> {
    let (mut recording, rows) = configuration(cfg)?;
    match recording.file_type.as_str() {
        "ASCII" => ascii(&mut recording, rows, dat)?,
        "BINARY" => binary(&mut recording, rows, dat, 2)?,
        "BINARY32" | "FLOAT32" => binary(&mut recording, rows, dat, 4)?,
        other => return Err(format!("file type {other}")),
    }
    if !recording.stamps.windows(2).all(|pair| pair[0] < pair[1]) {
        return Err("time stamps do not increase".to_owned());
    }
    if recording.stamps.first() != Some(&0) {
        return Err("the first time stamp is not 0".to_owned());
    }
    Ok(recording)
}

/// Takes a combined file apart: configuration, header, data.
pub(crate) fn sections(cff: &[u8]) -> Result<[Vec<u8>; 3], String> {
    let mut rest = cff;
    let mut parts = Vec::new();
    for name in ["CFG", "INF", "HDR"] {
        let mark = format!("--- file type: {name} ---\r\n");
        rest = rest.strip_prefix(mark.as_bytes()).ok_or(format!("no section {name}"))?;
        let end = rest.windows(5).position(|w| w == b"--- f").ok_or(format!("no end of section {name}"))?;
        parts.push(rest[..end].to_vec());
        rest = &rest[end..];
    }
    let end = rest.windows(2).position(|w| w == b"\r\n").ok_or("no end of the data mark")? + 2;
    let mark = std::str::from_utf8(&rest[..end]).map_err(|e| e.to_string())?;
    let data = rest[end..].to_vec();
    let kind = mark.strip_prefix("--- file type: DAT ").and_then(|m| m.strip_suffix(" ---\r\n")).ok_or(mark)?;
    match kind.split_once(": ") {
        None if kind == "ASCII" => {}
        Some(("BINARY", bytes)) if bytes.parse() == Ok(data.len()) => {}
        _ => return Err(format!("data mark {kind:?} over {} bytes", data.len())),
    }
    let hdr = parts.pop().unwrap_or_default();
    Ok([parts.swap_remove(0), hdr, data])
}

fn lines(bytes: &[u8]) -> Result<Vec<&str>, String> {
    let text = std::str::from_utf8(bytes).map_err(|e| e.to_string())?;
    let body = text.strip_suffix("\r\n").ok_or("the last line does not end in CRLF")?;
    let lines: Vec<&str> = body.split("\r\n").collect();
    match lines.iter().position(|l| l.contains(['\r', '\n'])) {
        Some(n) => Err(format!("line {} does not end in CRLF", n + 1)),
        None => Ok(lines),
    }
}

struct Lines<'a> {
    lines: std::vec::IntoIter<&'a str>,
    number: usize,
}

impl<'a> Lines<'a> {
    /// The fields of the next line, which must be this many.
    fn fields(&mut self, count: usize, what: &str) -> Result<Vec<&'a str>, String> {
        self.number += 1;
        let line = self.lines.next().ok_or(format!("line {} ({what}) is missing", self.number))?;
        let fields: Vec<&str> = line.split(',').collect();
        if fields.len() == count {
            Ok(fields)
        } else {
            Err(format!("line {} ({what}) has {} fields, not {count}", self.number, fields.len()))
        }
    }

    fn one(&mut self, what: &str) -> Result<&'a str, String> {
        Ok(self.fields(1, what)?[0])
    }
}

fn number<T: std::str::FromStr>(text: &str, longest: usize, what: &str) -> Result<T, String> {
    if text.is_empty() || text.len() > longest {
        return Err(format!("{what}: {text:?} has not 1 to {longest} characters"));
    }
    text.parse().map_err(|_| format!("{what}: {text:?}"))
}

fn words(text: &str, least: usize, most: usize, what: &str) -> Result<String, String> {
    if (least..=most).contains(&text.len()) && text.chars().all(|c| matches!(c, ' '..='~')) {
        Ok(text.to_owned())
    } else {
        Err(format!("{what}: {text:?}"))
    }
}

fn configuration(cfg: &[u8]) -> Result<(Recording, usize), String> {
    let mut lines = Lines { lines: lines(cfg)?.into_iter(), number: 0 };
    let first = lines.fields(3, "station, device, edition")?;
    let year: u16 = number(first[2], 4, "edition")?;
    if year != 1999 && year != 2013 {
        return Err(format!("edition {year}"));
    }
    let counts = lines.fields(3, "channels")?;
    let total: usize = number(counts[0], 7, "channels")?;
    let analogs: usize = number(counts[1].strip_suffix('A').ok_or("no A")?, 6, "analog channels")?;
    let digitals: usize = number(counts[2].strip_suffix('D').ok_or("no D")?, 6, "digital channels")?;
    if total != analogs + digitals {
        return Err(format!("{total} channels are not {analogs} + {digitals}"));
    }
    let mut analog = Vec::new();
    for n in 1..=analogs {
        let f = lines.fields(13, "analog channel")?;
        if f[0] != n.to_string() {
            return Err(format!("analog channel {n} is numbered {}", f[0]));
        }
        let channel = Analog {
            name: words(f[1], 1, 64, "channel")?,
            phase: words(f[2], 0, 2, "phase")?,
            unit: words(f[4], 1, 32, "unit")?,
            a: number(f[5], 32, "a")?,
            b: number(f[6], 32, "b")?,
            min: number(f[8], 32, "min")?,
            max: number(f[9], 32, "max")?,
            values: Vec::new(),
        };
        words(f[3], 0, 64, "component")?;
        let _skew: f64 = number(f[7], 32, "skew")?;
        let primary: f64 = number(f[10], 32, "primary")?;
        let secondary: f64 = number(f[11], 32, "secondary")?;
        if primary <= 0.0 || secondary <= 0.0 || !["P", "p", "S", "s"].contains(&f[12]) {
            return Err(format!("ratio {primary}:{secondary} {}", f[12]));
        }
        if channel.a == 0.0 || !channel.a.is_finite() || channel.min > channel.max {
            return Err(format!("scale of channel {n}"));
        }
        analog.push(channel);
    }
    let mut digital = Vec::new();
    for n in 1..=digitals {
        let f = lines.fields(5, "digital channel")?;
        if f[0] != n.to_string() || (f[4] != "0" && f[4] != "1") {
            return Err(format!("digital channel {n}: {f:?}"));
        }
        digital.push(Digital { name: words(f[1], 1, 64, "channel")?, normal: f[4] == "1", states: Vec::new() });
    }
    let frequency = number(lines.one("frequency")?, 32, "frequency")?;
    if lines.one("number of rates")? != "1" {
        return Err("one rate expected".to_owned());
    }
    let rate = lines.fields(2, "rate")?;
    let (rate, rows): (f64, usize) = (number(rate[0], 32, "rate")?, number(rate[1], 10, "last sample")?);
    if rate <= 0.0 || rows == 0 {
        return Err("rate or last sample is zero".to_owned());
    }
    let start = date(&lines.fields(2, "start time")?)?;
    let trigger = date(&lines.fields(2, "trigger time")?)?;
    let file_type = lines.one("file type")?.to_owned();
    let known: &[&str] = if year == 1999 { &["ASCII", "BINARY"] } else { &["ASCII", "BINARY", "BINARY32", "FLOAT32"] };
    if !known.contains(&file_type.as_str()) {
        return Err(format!("file type {file_type:?} in the edition of {year}"));
    }
    if number::<f64>(lines.one("time multiplier")?, 32, "time multiplier")? <= 0.0 {
        return Err("time multiplier".to_owned());
    }
    if year == 2013 {
        for code in lines.fields(2, "time codes")? {
            words(code, 1, 6, "time code")?;
        }
        let quality = lines.fields(2, "time quality")?;
        if quality[0].len() != 1 || !quality[0].chars().all(|c| matches!(c, '0'..='9' | 'A' | 'B' | 'F')) {
            return Err(format!("time quality {}", quality[0]));
        }
        if !["0", "1", "2", "3"].contains(&quality[1]) {
            return Err(format!("leap second {}", quality[1]));
        }
    }
    if lines.lines.next().is_some() {
        return Err("lines after the last".to_owned());
    }
    let (station, device) = (words(first[0], 1, 64, "station")?, words(first[1], 1, 64, "device")?);
    let stamps = Vec::new();
    Ok((Recording { station, device, year, analog, digital, frequency, rate, start, trigger, file_type, stamps }, rows))
}

/// `dd/mm/yyyy` and `hh:mm:ss.ssssss`.
fn date(fields: &[&str]) -> Result<[i64; 7], String> {
    let wrong = || format!("date {}", fields.join(","));
    let shape: String = fields.join(",").chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    if shape != "99/99/9999,99:99:99.999999" {
        return Err(wrong());
    }
    let n: Vec<i64> =
        fields.join(",").split(['/', ',', ':', '.']).map(str::parse).collect::<Result<_, _>>().map_err(|_| wrong())?;
    let leap = n[2] % 4 == 0 && (n[2] % 100 != 0 || n[2] % 400 == 0);
    let days = match n[1] {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return Err(wrong()),
    };
    if !(1..=days).contains(&n[0]) || n[3] > 23 || n[4] > 59 || n[5] > 59 {
        return Err(wrong());
    }
    n.try_into().map_err(|_| wrong())
}

/// A value within the bounds that the configuration gives.
fn value(channel: &mut Analog, figure: f64, row: usize) -> Result<(), String> {
    if !(channel.min..=channel.max).contains(&figure) {
        return Err(format!("{}, row {row}: {figure} is not within {} to {}", channel.name, channel.min, channel.max));
    }
    channel.values.push(channel.a * figure + channel.b);
    Ok(())
}

fn ascii(recording: &mut Recording, rows: usize, dat: &[u8]) -> Result<(), String> {
    let lines = lines(dat)?;
    if lines.len() != rows {
        return Err(format!("{} rows, but the last sample is {rows}", lines.len()));
    }
    let columns = 2 + recording.analog.len() + recording.digital.len();
    for (n, line) in lines.iter().enumerate() {
        let f: Vec<&str> = line.split(',').collect();
        if f.len() != columns {
            return Err(format!("row {} has {} fields, not {columns}", n + 1, f.len()));
        }
        if f[0] != (n + 1).to_string() {
            return Err(format!("row {} is numbered {}", n + 1, f[0]));
        }
        recording.stamps.push(number(f[1], 10, "time stamp")?);
        for (channel, text) in recording.analog.iter_mut().zip(&f[2..]) {
            let figure: i64 = number(text, 6, "figure")?;
            value(channel, figure as f64, n + 1)?;
        }
        for (channel, text) in recording.digital.iter_mut().zip(&f[2 + recording.analog.len()..]) {
            channel.states.push(match *text {
                "0" => false,
                "1" => true,
                other => return Err(format!("row {}: state {other:?}", n + 1)),
            });
        }
    }
    Ok(())
}

fn binary(recording: &mut Recording, rows: usize, dat: &[u8], width: usize) -> Result<(), String> {
    let words = recording.digital.len().div_ceil(16);
    let length = 8 + width * recording.analog.len() + 2 * words;
    if dat.len() != rows * length {
        return Err(format!("{} bytes are not {rows} rows of {length}", dat.len()));
    }
    for (n, row) in dat.chunks_exact(length).enumerate() {
        let word = |at: usize| [row[at], row[at + 1], row[at + 2], row[at + 3]];
        if u32::from_le_bytes(word(0)) as usize != n + 1 {
            return Err(format!("row {} is numbered {}", n + 1, u32::from_le_bytes(word(0))));
        }
        recording.stamps.push(u64::from(u32::from_le_bytes(word(4))));
        for (i, channel) in recording.analog.iter_mut().enumerate() {
            let at = 8 + i * width;
            let figure = match recording.file_type.as_str() {
                "BINARY" => f64::from(i16::from_le_bytes([row[at], row[at + 1]])),
                "BINARY32" => f64::from(i32::from_le_bytes(word(at))),
                _ => f64::from(f32::from_le_bytes(word(at))),
            };
            value(channel, figure, n + 1)?;
        }
        let at = 8 + width * recording.analog.len();
        let bit =
            |i: usize| (u16::from_le_bytes([row[at + i / 16 * 2], row[at + i / 16 * 2 + 1]]) >> (i % 16)) & 1 == 1;
        for (i, channel) in recording.digital.iter_mut().enumerate() {
            channel.states.push(bit(i));
        }
        if (recording.digital.len()..words * 16).any(bit) {
            return Err(format!("row {}: bits without a channel are set", n + 1));
        }
    }
    Ok(())
}

mod the_checker_finds {
    use super::check;

    const CFG: &str = "MDB-A,smart-breaker-001,1999\r\n\
        3,2A,1D\r\n\
        1,IA,A,Q01,A,0.5,0,0,-32767,32767,1,1,P\r\n\
        2,VA,A,Q01,V,0.1,0,0,-32767,32767,1,1,P\r\n\
        1,52A,,Q01,1\r\n\
        60\r\n\
        1\r\n\
        7680,3\r\n\
        01/01/2024,00:00:00.000000\r\n\
        01/01/2024,00:00:00.000130\r\n\
        ASCII\r\n\
        1\r\n";
    const DAT: &str = "1,0,100,-3000,1\r\n2,130,-100,2900,1\r\n3,260,0,0,0\r\n";

    fn defect(cfg: (&str, &str), dat: (&str, &str)) -> String {
        assert!(CFG.contains(cfg.0) && DAT.contains(dat.0), "the defect cannot be made");
        check(CFG.replace(cfg.0, cfg.1).as_bytes(), DAT.replace(dat.0, dat.1).as_bytes()).unwrap_err()
    }

    #[test]
    fn nothing_in_a_good_one() {
        let recording = check(CFG.as_bytes(), DAT.as_bytes()).unwrap();
        assert_eq!(recording.analog[0].values, [50.0, -50.0, 0.0]);
        assert_eq!(recording.digital[0].states, [true, true, false]);
        assert_eq!(recording.stamps, [0, 130, 260]);
    }

    #[test]
    fn line_feeds_without_carriage_return() {
        assert!(defect(("\r\n", "\n"), ("", "")).contains("CRLF"));
        assert!(defect(("", ""), ("\r\n", "\n")).contains("CRLF"));
        assert!(defect(("60\r\n", "60\n"), ("", "")).contains("CRLF"));
    }

    #[test]
    fn a_last_sample_that_is_not_the_number_of_rows() {
        assert_eq!(defect(("7680,3", "7680,999"), ("", "")), "3 rows, but the last sample is 999");
    }

    #[test]
    fn a_channel_without_ratio() {
        assert!(defect(("-32767,32767,1,1,P\r\n2", "-32767,32767\r\n2"), ("", "")).contains("10 fields, not 13"));
    }

    #[test]
    fn a_file_type_in_small_letters() {
        assert!(defect(("ASCII", "ascii"), ("", "")).contains("file type"));
    }

    #[test]
    fn a_date_in_iso_order() {
        let error = defect(("01/01/2024,00:00:00.000000", "2024-01-01,00:00:00.000000"), ("", ""));
        assert!(error.starts_with("date"), "{error}");
        assert!(defect(("01/01/2024,00:00:00.000000", "29/02/2023,00:00:00.000000"), ("", "")).starts_with("date"));
    }

    #[test]
    fn a_missing_time_multiplier() {
        assert!(defect(("ASCII\r\n1\r\n", "ASCII\r\n"), ("", "")).contains("time multiplier"));
    }

    #[test]
    fn time_that_stands_still_or_goes_back() {
        assert!(defect(("", ""), ("3,260", "3,130")).contains("increase"));
        assert!(defect(("", ""), ("3,260", "3,120")).contains("increase"));
    }

    #[test]
    fn values_out_of_bounds_and_figures_that_are_none() {
        assert!(defect(("-32767,32767", "-99,99"), ("", "")).contains("not within"));
        assert!(defect(("", ""), ("-100", "1e2")).contains("figure"));
        assert!(defect(("", ""), ("3,260,0,0,0", "3,260,0,0,2")).contains("state"));
        assert!(defect(("", ""), ("2,130", "4,130")).contains("numbered"));
        assert!(defect(("3,2A,1D", "4,2A,1D"), ("", "")).contains("4 channels"));
    }
}
