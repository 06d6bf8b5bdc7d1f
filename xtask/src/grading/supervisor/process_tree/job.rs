//! Windows: a job object knows every process that the check has started, including
//! orphans, and kills them when the supervisor exits.

// Calls of the operating system. Each block passes handles that this file has opened,
// and structures of its own with their true size.
#![allow(unsafe_code)]

use std::io;
use std::mem::{ManuallyDrop, size_of};
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::process::Child;
use std::ptr::{from_mut, from_ref, null};
use std::thread;
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::FILETIME;
use windows_sys::Win32::System::Console::{CTRL_BREAK_EVENT, GenerateConsoleCtrlEvent};
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectBasicProcessIdList,
    JobObjectExtendedLimitInformation, QueryInformationJobObject,
    SetInformationJobObject,
};
use windows_sys::Win32::System::ProcessStatus::{
    K32GetProcessMemoryInfo, PROCESS_MEMORY_COUNTERS,
};
use windows_sys::Win32::System::Threading::{
    GetCurrentProcess, GetProcessTimes, OpenProcess, PROCESS_QUERY_LIMITED_INFORMATION,
    PROCESS_TERMINATE, PROCESS_VM_READ, TerminateProcess,
};

use super::ProcessTree;

/// A process that survives this long after it was killed is waiting for the operating
/// system, not for us.
const LONGEST_END: Duration = Duration::from_secs(5);
/// At most this many processes are listed. The next look sees the rest.
const LISTED: usize = 1024;

/// The job object that this process and the check belong to. The operating system
/// closes it when this process exits. Closing it earlier would kill this process, too.
pub(super) struct JobObject(ManuallyDrop<OwnedHandle>);

/// `JOBOBJECT_BASIC_PROCESS_ID_LIST` with room for more than one number.
#[repr(C)]
struct List {
    assigned: u32,
    listed: u32,
    numbers: [usize; LISTED],
}

impl JobObject {
    /// Puts this process into a new job. Its child processes belong to the job, too.
    pub(super) fn enter() -> io::Result<Self> {
        // SAFETY: a job without a name and with the usual rights; we own what is made.
        let job = unsafe {
            let job = CreateJobObjectW(null(), null());
            if job.is_null() {
                return Err(io::Error::last_os_error());
            }
            ManuallyDrop::new(OwnedHandle::from_raw_handle(job))
        };
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
        // SAFETY: `limits` is what this class of information is made of.
        done(unsafe {
            SetInformationJobObject(
                job.as_raw_handle(),
                JobObjectExtendedLimitInformation,
                from_ref(&limits).cast(),
                size_of::<JOBOBJECT_EXTENDED_LIMIT_INFORMATION>() as u32,
            )
        })?;
        // SAFETY: the pseudo handle of this process is always valid.
        done(unsafe {
            AssignProcessToJobObject(job.as_raw_handle(), GetCurrentProcess())
        })?;
        Ok(Self(job))
    }

    /// Returns the processes in the job, without this one.
    fn members(&self) -> Vec<u32> {
        let mut list = List {
            assigned: 0,
            listed: 0,
            numbers: [0; LISTED],
        };
        // SAFETY: `list` begins with this class of information, and has the size that
        // is passed. Further processes are left out, which we don't treat as an error.
        unsafe {
            QueryInformationJobObject(
                self.0.as_raw_handle(),
                JobObjectBasicProcessIdList,
                from_mut(&mut list).cast(),
                size_of::<List>() as u32,
                std::ptr::null_mut(),
            );
        }
        let numbers = list.numbers.iter().take(list.listed as usize);
        let numbers = numbers.filter_map(|number| u32::try_from(*number).ok());
        numbers
            .filter(|number| *number != std::process::id())
            .collect()
    }
}

impl ProcessTree for JobObject {
    fn resident(&self) -> u64 {
        self.members().into_iter().filter_map(resident).sum()
    }

    fn runnable_time(&self) -> Option<Duration> {
        Some(self.members().into_iter().filter_map(processor_time).sum())
    }

    fn running_count(&self) -> u64 {
        self.members().len() as u64
    }

    fn kill_all(&self, leader: &mut Child) -> io::Result<()> {
        if leader.try_wait()?.is_none() {
            leader.kill()?;
            leader.wait()?;
        }
        let started = Instant::now();
        loop {
            let members = self.members();
            if members.is_empty() {
                return Ok(());
            }
            if started.elapsed() > LONGEST_END {
                return Err(io::Error::other("a process of the check can't be killed"));
            }
            for number in members {
                terminate(number);
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Sends Ctrl-Break to the group that this process leads, because a new group doesn't
/// receive Ctrl-C. Without a console, nothing is sent.
pub(super) fn press_break(leader: &Child) {
    // SAFETY: the number is that of a group, or there is none of it any more.
    unsafe { GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, leader.id()) };
}

fn resident(number: u32) -> Option<u64> {
    let process = open(number, PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_VM_READ)?;
    let mut counters = PROCESS_MEMORY_COUNTERS::default();
    let size = size_of::<PROCESS_MEMORY_COUNTERS>() as u32;
    // SAFETY: an open process, and a structure of the size that is told.
    let told = unsafe {
        K32GetProcessMemoryInfo(process.as_raw_handle(), &mut counters, size)
    };
    (told != 0).then_some(counters.WorkingSetSize as u64)
}

fn processor_time(number: u32) -> Option<Duration> {
    let process = open(number, PROCESS_QUERY_LIMITED_INFORMATION)?;
    let mut times = [FILETIME::default(); 4];
    let [made, ended, kernel, user] = &mut times;
    // SAFETY: an open process, and four times to write to.
    let told =
        unsafe { GetProcessTimes(process.as_raw_handle(), made, ended, kernel, user) };
    /// The operating system counts in tenths of a microsecond.
    const UNIT: u64 = 100;
    let count = |time: &FILETIME| {
        u64::from(time.dwHighDateTime) << 32 | u64::from(time.dwLowDateTime)
    };
    let spent = (count(kernel) + count(user)).saturating_mul(UNIT);
    (told != 0).then_some(Duration::from_nanos(spent))
}

fn terminate(number: u32) {
    if let Some(process) = open(number, PROCESS_TERMINATE) {
        // SAFETY: an open process. It may have ended since: nothing is lost then.
        unsafe { TerminateProcess(process.as_raw_handle(), 1) };
    }
}

/// Opens a process. Returns nothing if it has exited meanwhile.
fn open(number: u32, rights: u32) -> Option<OwnedHandle> {
    // SAFETY: any number may be asked for; a handle that comes back is ours.
    unsafe {
        let process = OpenProcess(rights, 0, number);
        (!process.is_null()).then(|| OwnedHandle::from_raw_handle(process))
    }
}

fn done(answer: windows_sys::core::BOOL) -> io::Result<()> {
    match answer {
        0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}
