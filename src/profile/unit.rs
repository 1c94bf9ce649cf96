//! Units that a profile may name, and how they relate.
//!
//! The factor turns a number in that unit into the coherent unit of its dimension, which is the unit used inside the
//! program. Symbols are those of the SI and of UCUM, and the spellings that device profiles use.

/// What a unit measures. Numbers of one dimension can be converted into each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// No unit: counts, ratios, bit fields.
    None,
    /// Percent.
    Percent,
    /// Ampere.
    Current,
    /// Volt.
    Voltage,
    /// Watt.
    ActivePower,
    /// Var.
    ReactivePower,
    /// Volt-ampere.
    ApparentPower,
    /// Watt-second.
    Energy,
    /// Hertz.
    Frequency,
    /// Hertz a second.
    FrequencyRate,
    /// Degree of arc.
    Angle,
    /// Second.
    Time,
    /// Degree Celsius.
    Temperature,
    /// Lux.
    Illuminance,
    /// Ohm.
    Resistance,
    /// Decibel-milliwatt.
    SignalStrength,
    /// Byte.
    Memory,
    /// Ampere squared second, the let-through of a breaker.
    LetThrough,
}

/// A unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// As a profile writes it.
    pub symbol: &'static str,
    /// What it measures.
    pub dimension: Dimension,
    /// One of it in the coherent unit of the dimension.
    pub factor: f64,
    /// As the LwM2M registry and SenML (RFC 8428, RFC 8798) write it.
    pub senml: &'static str,
}

const fn unit(symbol: &'static str, dimension: Dimension, factor: f64, senml: &'static str) -> Unit {
    Unit { symbol, dimension, factor, senml }
}

/// Every unit known.
pub const UNITS: &[Unit] = &[
    unit("", Dimension::None, 1.0, ""),
    unit("%", Dimension::Percent, 1.0, "/100"),
    unit("mA", Dimension::Current, 1e-3, "mA"),
    unit("A", Dimension::Current, 1.0, "A"),
    unit("kA", Dimension::Current, 1e3, "kA"),
    unit("V", Dimension::Voltage, 1.0, "V"),
    unit("kV", Dimension::Voltage, 1e3, "kV"),
    unit("W", Dimension::ActivePower, 1.0, "W"),
    unit("kW", Dimension::ActivePower, 1e3, "kW"),
    unit("MW", Dimension::ActivePower, 1e6, "MW"),
    unit("var", Dimension::ReactivePower, 1.0, "var"),
    unit("VAR", Dimension::ReactivePower, 1.0, "var"),
    unit("kvar", Dimension::ReactivePower, 1e3, "kvar"),
    unit("kVAR", Dimension::ReactivePower, 1e3, "kvar"),
    unit("VA", Dimension::ApparentPower, 1.0, "VA"),
    unit("kVA", Dimension::ApparentPower, 1e3, "kVA"),
    unit("J", Dimension::Energy, 1.0, "J"),
    unit("Ws", Dimension::Energy, 1.0, "J"),
    unit("Wh", Dimension::Energy, 3.6e3, "Wh"),
    unit("kWh", Dimension::Energy, 3.6e6, "kWh"),
    unit("Hz", Dimension::Frequency, 1.0, "Hz"),
    unit("Hz/s", Dimension::FrequencyRate, 1.0, "Hz/s"),
    unit("deg", Dimension::Angle, 1.0, "deg"),
    unit("us", Dimension::Time, 1e-6, "us"),
    unit("ms", Dimension::Time, 1e-3, "ms"),
    unit("s", Dimension::Time, 1.0, "s"),
    unit("min", Dimension::Time, 60.0, "min"),
    unit("h", Dimension::Time, 3600.0, "h"),
    unit("hours", Dimension::Time, 3600.0, "h"),
    unit("Cel", Dimension::Temperature, 1.0, "Cel"),
    unit("°C", Dimension::Temperature, 1.0, "Cel"),
    unit("lx", Dimension::Illuminance, 1.0, "lx"),
    unit("klx", Dimension::Illuminance, 1e3, "klx"),
    unit("Ohm", Dimension::Resistance, 1.0, "Ohm"),
    unit("mOhm", Dimension::Resistance, 1e-3, "mOhm"),
    unit("dBm", Dimension::SignalStrength, 1.0, "dBm"),
    unit("B", Dimension::Memory, 1.0, "B"),
    unit("KB", Dimension::Memory, 1e3, "KB"),
    unit("kB", Dimension::Memory, 1e3, "KB"),
    unit("KiB", Dimension::Memory, 1024.0, "KiB"),
    unit("A2s", Dimension::LetThrough, 1.0, "A2s"),
];

/// The unit with this symbol.
#[must_use]
pub fn find(symbol: &str) -> Option<&'static Unit> {
    UNITS.iter().find(|u| u.symbol == symbol)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_means_one_unit() {
        for (n, unit) in UNITS.iter().enumerate() {
            assert!(UNITS[..n].iter().all(|u| u.symbol != unit.symbol), "{}", unit.symbol);
        }
    }

    #[test]
    fn energy_of_one_kilowatt_for_an_hour() {
        let (kwh, kw, h) = (find("kWh").unwrap(), find("kW").unwrap(), find("h").unwrap());
        assert_eq!(kwh.factor, kw.factor * h.factor);
    }
}
