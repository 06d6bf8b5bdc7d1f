//! The counting allocator, which counts how many bytes the heap holds, how many it held
//! at most, and how many were requested.
//!
//! Every program that links this crate allocates through it. The counts are for the
//! whole process, so [`crate::check()`] runs one check at a time. They're exact, and
//! the same on every operating system. They don't include memory that doesn't come from
//! the allocator: stacks, mapped files, and the kernel's socket buffers.
//!
//! [`VARIABLE`] sets a limit. An allocation that would exceed it is refused: `fs::read`
//! of a huge file returns `OutOfMemory`, and `vec![1; 100 << 30]` aborts.

// Implementing the trait of a global allocator is unsafe. Each block below only passes
// the caller's own arguments to the system allocator.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use crate::report;

/// The environment variable with the limit, in bytes.
pub const VARIABLE: &str = "WORKBOOK_MEMORY";

/// Live bytes now.
pub fn live() -> u64 {
    LIVE.load(Relaxed) as u64
}

/// The limit in bytes, if there is one.
pub fn limit() -> Option<u64> {
    let limit = LIMIT.load(Relaxed);
    (limit != usize::MAX).then_some(limit as u64)
}

/// The largest allocation that was refused, in bytes, or 0 if there was none.
pub fn refused() -> u64 {
    REFUSED.load(Relaxed) as u64
}

/// A point in time from which to measure. Marks may overlap.
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

    /// Returns the largest number of live bytes since the mark, minus those that were
    /// live at the mark.
    pub fn peak(&self) -> u64 {
        self.absolute_peak().saturating_sub(self.live as u64)
    }

    /// Returns the number of live bytes now, minus those that were live at the mark.
    /// It's negative if more was freed than allocated.
    pub fn live(&self) -> i64 {
        LIVE.load(Relaxed) as i64 - self.live as i64
    }

    /// Returns all bytes that were allocated since the mark, including those that were
    /// freed. A reallocation counts with its whole new size, because it may have to
    /// copy the block.
    pub fn allocated(&self) -> u64 {
        ALLOCATED.load(Relaxed).wrapping_sub(self.allocated) as u64
    }

    /// Returns the number of allocations and reallocations since the mark.
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

/// Reads the limit from the environment. A value that isn't a number is a mistake of
/// the runner, and ends the check.
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
/// For each mark, the peak before it. Marks may overlap, but the allocator stores only
/// one peak. It never takes this lock.
static PEAKS: Mutex<Vec<usize>> = Mutex::new(Vec::new());

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Returns whether `more` bytes fit below the limit. Two threads may exceed it by one
/// allocation each. Adding first and subtracting afterward would be worse, because a
/// small allocation could be refused because of another thread's huge one.
fn fits(more: usize) -> bool {
    let limit = LIMIT.load(Relaxed);
    if LIVE.load(Relaxed).saturating_add(more) <= limit {
        return true;
    }
    if REFUSED.fetch_max(more, Relaxed) < more {
        // At once, because most programs abort when an allocation is refused.
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

    // Not `alloc` followed by a fill, because the system's own version leaves zero
    // pages untouched.
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
