//! Measuring on a machine that others use too.

use std::time::Instant;

/// How long each round of a contender took, in seconds for one operation.
#[derive(Debug, Clone, Default)]
pub struct Times(Vec<f64>);

impl Times {
    /// Times of rounds, in seconds for one operation.
    pub fn new(seconds: Vec<f64>) -> Self {
        Self(seconds)
    }

    /// The time that half the rounds were within.
    pub fn median(&self) -> f64 {
        self.at(0.5)
    }

    /// The time that this part of the rounds was within.
    pub fn at(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(((sorted.len().max(1) - 1) as f64 * part) as usize).copied().unwrap_or(f64::NAN)
    }

    /// The average: for work that is dear only now and then, such as growing a table.
    pub fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.0.len().max(1) as f64
    }
}

/// A contender: does the work of the round it is given.
pub type Contender<'a> = Box<dyn FnMut(usize) + 'a>;

/// Lets contenders run in turns, each round `operations` of the same kind.
pub fn race<const N: usize>(
    rounds: usize,
    operations: usize,
    mut contenders: [Contender<'_>; N],
) -> [Times; N] {
    let mut times = std::array::from_fn(|_| Times::default());
    for round in 0..rounds {
        for turn in 0..N {
            // Not always in the same order: whoever comes first finds the caches as the last one left them.
            let who = (round + turn) % N;
            let start = Instant::now();
            contenders[who](round);
            times[who].0.push(start.elapsed().as_secs_f64() / operations as f64);
        }
    }
    times
}

/// Memory that the process holds, in bytes.
pub fn resident_bytes() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4096
}
