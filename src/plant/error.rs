//! Why there is no plant.

use crate::point::WriteDenied;
use crate::power::PowerError;
use crate::protection::SettingsError;

/// Why a plant cannot be built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PlantError {
    /// The plant file is not one.
    #[error("plant file: {0}")]
    File(String),
    /// It has no breaker.
    #[error("plant file: there is no [[breaker]]; a plant needs at least one")]
    NoBreaker,
    /// A designation is used twice.
    #[error("plant file: two breakers are called {0}; give each its own designation")]
    SameDesignation(String),
    /// The number of breakers asked for is not possible.
    #[error("{0} breakers are not possible: ask for 1 to 10000")]
    HowMany(usize),
    /// A plant with nothing but a main.
    #[error("plant file: {0} is the main and there is no feeder to repeat for {1} breakers")]
    OnlyMain(String, usize),
    /// The electrical side does not work out.
    #[error("plant file: {0}")]
    Power(#[from] PowerError),
    /// A setting of a breaker is not legal.
    #[error("settings of {0}: {1}")]
    Setting(String, WriteDenied),
    /// Settings of a breaker contradict each other.
    #[error("settings of {0}: {1}")]
    Contradiction(String, SettingsError),
    /// A value of the plant file is not a setting.
    #[error("settings of {0}: {1} must be true or false, a number or a text")]
    NotAValue(String, String),
    /// Breakers of one bus have different rated frequencies.
    #[error("{0} is rated {1} Hz and the source of the plant file runs at {2} Hz")]
    Frequency(String, f64, f64),
}
