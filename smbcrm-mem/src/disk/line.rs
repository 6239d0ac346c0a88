//! The lines of a file: `SMBCRM WORLD 1`, then eight hexadecimal digits of CRC-32, a space and JSON, each.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::error::{DiskError, DiskProblem};

/// The format that this version writes and reads.
pub(super) const VERSION: u32 = 1;

const NAME: &str = "SMBCRM WORLD ";
/// Checksum and space.
const FRONT: usize = 9;

/// The first line.
pub(super) fn header() -> Vec<u8> {
    format!("{NAME}{VERSION}\n").into_bytes()
}

/// Appends a value as a line. JSON has no line breaks of its own.
pub(super) fn encode(value: &impl Serialize, line: &mut Vec<u8>) -> io::Result<()> {
    let start = line.len();
    line.extend_from_slice(&[b' '; FRONT]);
    serde_json::to_writer(&mut *line, value)?;
    let sum = crc32fast::hash(&line[start + FRONT..]);
    write!(&mut line[start..start + FRONT - 1], "{sum:08x}")?;
    line.push(b'\n');
    Ok(())
}

/// What a line says, without its line break; `None` where the checksum does not fit.
fn decode(line: &[u8]) -> Option<&[u8]> {
    let (front, json) = line.split_at_checked(FRONT)?;
    let sum = std::str::from_utf8(front).ok()?.strip_suffix(' ')?;
    let sum = u32::from_str_radix(sum, 16).ok()?;
    (crc32fast::hash(json) == sum).then_some(json)
}

/// How far a file could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extent {
    /// Where the last whole line ends.
    pub(super) good: u64,
    /// How many bytes of a cut off line follow.
    pub(super) torn: u64,
}

/// Hands on what each line says. A last line that is cut off is left out.
pub(super) fn read(
    from: impl Read,
    path: &Path,
    mut take: impl FnMut(u64, &[u8]) -> Result<(), DiskError>,
) -> Result<Extent, DiskError> {
    let failed = |error: io::Error| DiskError::io(path, "cannot be read", &error);
    let mut from = BufReader::with_capacity(1 << 16, from);
    let mut line = Vec::new();
    // What is no world may be one endless line.
    let first = from.by_ref().take(64).read_until(b'\n', &mut line).map_err(failed)?;
    let version =
        std::str::from_utf8(&line).ok().and_then(|text| text.strip_prefix(NAME)?.strip_suffix('\n'));
    match version.and_then(|version| version.parse::<u32>().ok()) {
        Some(VERSION) => {}
        Some(other) => return Err(DiskError::new(path, DiskProblem::Version(other))),
        None => return Err(DiskError::new(path, DiskProblem::NotAWorld)),
    }
    let mut extent = Extent { good: first as u64, torn: 0 };
    for number in 2.. {
        line.clear();
        let length = from.read_until(b'\n', &mut line).map_err(failed)? as u64;
        if length == 0 {
            break;
        }
        let said = line.strip_suffix(b"\n").and_then(decode);
        match said {
            Some(json) => take(number, json)?,
            None if from.fill_buf().map_err(failed)?.is_empty() => {
                extent.torn = length;
                break;
            }
            None => return Err(DiskError::damaged(path, number, "its checksum does not fit")),
        }
        extent.good += length;
    }
    Ok(extent)
}

/// The path of a file in the same directory, for a name that ends differently.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{ending}"));
    path.with_file_name(name)
}

/// Writes a file beside another one, and puts it in its place when it is whole and on the disk.
pub(super) fn replace(
    path: &Path,
    beside: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), DiskError> {
    let attempt = || {
        let mut out = BufWriter::with_capacity(1 << 16, create(beside)?);
        out.write_all(&header())?;
        write(&mut out)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        put_in_place(&file, beside, path)
    };
    attempt().map_err(|error| {
        let _ = fs::remove_file(beside);
        DiskError::io(path, "cannot be written", &error)
    })
}

/// Renames a file that is written, so that it is there whole even when the power fails.
pub(super) fn put_in_place(file: &File, from: &Path, to: &Path) -> io::Result<()> {
    file.sync_all()?;
    fs::rename(from, to)?;
    // The new name is on the disk when the directory is; a system where that cannot be asked for does it by itself.
    let directory = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let _ = File::open(directory).and_then(|directory| directory.sync_all());
    Ok(())
}

/// A new, empty file that only its owner may read: people's data and the keys that webhooks are signed with are in it.
pub(super) fn create(path: &Path) -> io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
