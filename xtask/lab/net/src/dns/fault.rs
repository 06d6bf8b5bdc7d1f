//! What can go wrong on the way to a server and in it.

/// A fault of the answers to one name. A name may have several.
///
/// None depends on time: what is late waits for the next query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `lost N`: the first `N` queries over UDP never arrive; after an
    /// answer it counts anew.
    Lost(usize),
    /// `late N`: the answers to the first `N` queries over UDP come only after the
    /// next query, and before its own answer.
    Late(usize),
    /// `truncated`: over UDP no answer fits.
    Truncated,
    /// `wrong-id`: before the answer comes one with another id, and a lie in it.
    WrongId,
    /// `wrong-question`: before the answer comes one to another question.
    WrongQuestion,
    /// `forged-address`: before the answer comes a lie from another address.
    ForgedAddress,
    /// `forged-port`: before the answer comes a lie from another port.
    ForgedPort,
    /// `pointer-loop`: the name of the answer is a pointer to itself.
    PointerLoop,
    /// `cut N`: only the first `N` bytes of each answer arrive.
    Cut(usize),
    /// `mixed-case`: the question is repeated in other letters (0x20).
    MixedCase,
    /// `code N`: the answer is that response code, and nothing else.
    Code(u8),
    /// `pieces N`: over TCP the answer arrives in pieces of `N` bytes.
    Pieces(usize),
    /// `doubled`: over TCP a second answer, to another question, follows the first
    /// in the same write.
    Doubled,
}

impl Fault {
    /// Reads a fault as a zone has it.
    pub(super) fn read(words: &[&str]) -> Option<Fault> {
        Some(match words {
            ["lost", count] => Fault::Lost(count.parse().ok()?),
            ["late", count] => Fault::Late(count.parse().ok()?),
            ["truncated"] => Fault::Truncated,
            ["wrong-id"] => Fault::WrongId,
            ["wrong-question"] => Fault::WrongQuestion,
            ["forged-address"] => Fault::ForgedAddress,
            ["forged-port"] => Fault::ForgedPort,
            ["pointer-loop"] => Fault::PointerLoop,
            ["cut", count] => Fault::Cut(count.parse().ok()?),
            ["mixed-case"] => Fault::MixedCase,
            ["code", code] => Fault::Code(code.parse().ok().filter(|code| *code < 16)?),
            ["pieces", size] => {
                Fault::Pieces(size.parse().ok().filter(|size| *size > 0)?)
            }
            ["doubled"] => Fault::Doubled,
            _ => return None,
        })
    }
}
