//! Names in a message: labels, and pointers to labels before.

use crate::*;

/// As many pointers as a name has places between its labels.
const POINTERS: usize = 126;

pub fn read_name(
    message: &[u8],
    at: usize,
) -> Result<(Name, usize), NameError> {
    let mut name = Name::root();
    let after = read_run(message, at, POINTERS, &mut name)?;
    Ok((name, after))
}

/// Reads the labels at `began` and what their pointer leads to, and gives the
/// offset of what follows them here.
fn read_run(
    message: &[u8],
    began: usize,
    pointers: usize,
    name: &mut Name,
) -> Result<usize, NameError> {
    let mut here = began;
    loop {
        let [first] = bytes_at(message, here)?;
        if first == 0 {
            return Ok(here + 1);
        }
        if first >> 6 == 0b11 {
            let word = u16::from_be_bytes(bytes_at(message, here)?);
            let target = usize::from(word & 0x3FFF);
            if target >= began || pointers == 0 {
                return Err(NameError::Pointer { at: here });
            }
            read_run(message, target, pointers - 1, name)?;
            return Ok(here + 2);
        }
        if first >> 6 != 0 {
            return Err(NameError::Label { at: here });
        }
        let next = here + 1 + usize::from(first);
        let Some(label) = message.get(here + 1..next) else {
            return Err(NameError::Truncated { at: message.len() });
        };
        name.push_label(label)?;
        here = next;
    }
}
