//! The counting allocator: how many bytes the heap holds, held at most, and was
//! asked for.
//!
//! Every program that links this crate allocates through it. Counts are of the
//! whole process, so checks run one at a time ([`crate::check()`] sees to that).
//! They are exact: no sampling, the same on each operating system. They leave
//! out what does not come from the allocator: stacks, mapped files, the kernel's
//! socket buffers.
//!
//! [`VARIABLE`] sets a ceiling. An allocation that would pass it is refused:
//! `fs::read` of a huge file gets `OutOfMemory`, `vec![1; 100 << 30]` aborts.

// The trait of a global allocator is unsafe to implement. Each block below only
// hands the caller's own arguments to the system allocator.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use crate::report;

/// The variable that holds the ceiling, in bytes.
pub const VARIABLE: &str = "WORKBOOK_MEMORY";

/// Live bytes now.
pub fn live() -> u64 {
    LIVE.load(Relaxed) as u64
}

/// The ceiling in bytes, if there is one.
pub fn limit() -> Option<u64> {
    let limit = LIMIT.load(Relaxed);
    (limit != usize::MAX).then_some(limit as u64)
}

/// The largest allocation that was refused, in bytes; 0 when none was.
pub fn refused() -> u64 {
    REFUSED.load(Relaxed) as u64
}

/// A moment to measure from. Marks may overlap.
#[derive(Clone, Debug)]
pub struct Mark {
    live: usize,
    allocated: usize,
    allocations: usize,
    /// How many marks were set before this one.
    earlier: usize,
}

impl Mark {
    /// Starts measuring.
    pub fn now() -> Mark {
        let mut ended = PEAKS.lock().unwrap_or_else(PoisonError::into_inner);
        let live = LIVE.load(Relaxed);
        ended.push(PEAK.swap(live, Relaxed));
        Mark {
            live,
            allocated: ALLOCATED.load(Relaxed),
            allocations: ALLOCATIONS.load(Relaxed),
            earlier: ended.len(),
        }
    }

    /// Largest number of live bytes since the mark, above those that were live
    /// at the mark.
    pub fn peak(&self) -> u64 {
        self.absolute_peak().saturating_sub(self.live as u64)
    }

    /// Bytes live now, above those that were live at the mark; negative when
    /// more was freed than allocated.
    pub fn live(&self) -> i64 {
        LIVE.load(Relaxed) as i64 - self.live as i64
    }

    /// All bytes allocated since the mark, freed ones too. A reallocation counts
    /// its whole new size, for it may have to copy the block.
    pub fn allocated(&self) -> u64 {
        ALLOCATED.load(Relaxed).wrapping_sub(self.allocated) as u64
    }

    /// Number of allocations and reallocations since the mark.
    pub fn allocations(&self) -> u64 {
        ALLOCATIONS.load(Relaxed).wrapping_sub(self.allocations) as u64
    }

    /// Largest number of live bytes of the process since the mark.
    pub(crate) fn absolute_peak(&self) -> u64 {
        let ended = PEAKS.lock().unwrap_or_else(PoisonError::into_inner);
        let since = ended[self.earlier..].iter().copied().max().unwrap_or(0);
        since.max(PEAK.load(Relaxed)) as u64
    }
}

/// Takes the ceiling from the environment. A value that isn't a number is a
/// mistake of the runner and ends the check.
pub(crate) fn set_limit_from_environment() {
    if let Ok(text) = std::env::var(VARIABLE) {
        let limit = text.parse().unwrap_or_else(|_| {
            panic!("{VARIABLE} must be a number of bytes, not {text:?}")
        });
        LIMIT.store(limit, Relaxed);
    }
}

static LIVE: AtomicUsize = AtomicUsize::new(0);
/// Largest value of `LIVE` since the newest mark.
static PEAK: AtomicUsize = AtomicUsize::new(0);
static ALLOCATED: AtomicUsize = AtomicUsize::new(0);
static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static LIMIT: AtomicUsize = AtomicUsize::new(usize::MAX);
static REFUSED: AtomicUsize = AtomicUsize::new(0);
/// For each mark, the peak of the time before it: marks may overlap, and the
/// allocator still keeps only one peak. It never takes this lock.
static PEAKS: Mutex<Vec<usize>> = Mutex::new(Vec::new());

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Whether `more` bytes fit under the ceiling. Two threads may pass it together
/// by one allocation each: adding first and taking back would refuse a small
/// allocation because of somebody else's huge one.
fn fits(more: usize) -> bool {
    let limit = LIMIT.load(Relaxed);
    if LIVE.load(Relaxed).saturating_add(more) <= limit {
        return true;
    }
    if REFUSED.fetch_max(more, Relaxed) < more {
        // Now, not later: most programs abort when they are refused.
        let peak = PEAK.load(Relaxed) as u64;
        report::write_memory_without_allocating(peak, limit as u64, more as u64);
    }
    false
}

fn count(size: usize, more: usize) {
    ALLOCATIONS.fetch_add(1, Relaxed);
    ALLOCATED.fetch_add(size, Relaxed);
    let live = LIVE.fetch_add(more, Relaxed) + more;
    if live > PEAK.load(Relaxed) {
        PEAK.fetch_max(live, Relaxed);
    }
}

// SAFETY: every block comes from `System` with the caller's layout and goes back
// to it unchanged; counting neither touches the blocks nor panics nor allocates.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !fits(layout.size()) {
            return null_mut();
        }
        // SAFETY: the caller keeps the contract of `alloc`.
        let block = unsafe { System.alloc(layout) };
        if !block.is_null() {
            count(layout.size(), layout.size());
        }
        block
    }

    // Not `alloc` and a fill: the system's own version leaves zero pages untouched.
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if !fits(layout.size()) {
            return null_mut();
        }
        // SAFETY: the caller keeps the contract of `alloc_zeroed`.
        let block = unsafe { System.alloc_zeroed(layout) };
        if !block.is_null() {
            count(layout.size(), layout.size());
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller got `block` from us, and we from `System`.
        unsafe { System.dealloc(block, layout) };
        LIVE.fetch_sub(layout.size(), Relaxed);
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let more = size.saturating_sub(layout.size());
        if more > 0 && !fits(more) {
            return null_mut();
        }
        // SAFETY: the caller got `block` from us, and we from `System`.
        let moved = unsafe { System.realloc(block, layout, size) };
        if !moved.is_null() {
            count(size, more);
            LIVE.fetch_sub(layout.size().saturating_sub(size), Relaxed);
        }
        moved
    }
}
