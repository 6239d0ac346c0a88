//! Benchmarks of smbcrm against named peers; see `benches/*.rs`.
