//! The faults of a server, and of the network on the way to it.

/// A fault of the answers for one name. A name may have several faults.
///
/// No fault depends on time: a late answer waits for the next query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `lost N`: the first `N` queries over UDP never arrive. After an answer, the
    /// count starts again.
    Lost(usize),
    /// `late N`: the answers to the first `N` queries over UDP are sent only after the
    /// next query has arrived, before its own answer.
    Late(usize),
    /// `truncated`: no answer fits over UDP.
    Truncated,
    /// `wrong-id`: before the answer comes a false one with another id.
    WrongId,
    /// `wrong-question`: before the answer comes one to a different question.
    WrongQuestion,
    /// `forged-address`: before the answer comes a false one from another address.
    ForgedAddress,
    /// `forged-port`: before the answer comes a false one from another port.
    ForgedPort,
    /// `pointer-loop`: the name of the answer is a pointer to itself.
    PointerLoop,
    /// `cut N`: only the first `N` bytes of each answer arrive.
    Cut(usize),
    /// `mixed-case`: the case of the letters in the question is changed (0x20).
    MixedCase,
    /// `code N`: the answer contains this response code and nothing else.
    Code(u8),
    /// `pieces N`: over TCP, the answer is sent in chunks of `N` bytes.
    Pieces(usize),
    /// `doubled`: over TCP a second answer, to another question, follows the first
    /// in the same write.
    Doubled,
}

impl Fault {
    /// Parses a fault as it's written in a zone.
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
