//! A learner at work: a scratch copy of the workbook, and its book served by the real
//! server, which starts the real runner.

use anyhow::{Context, Result, bail};
use proof::harness::runner;
use proof::harness::scratch::Scratch;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The chapter that is worked on.
const CHAPTER: &str = "chapter-01-addresses";

/// A learner; the server ends when this is dropped.
pub struct Learner {
    scratch: Scratch,
    server: Child,
    home: String,
}

impl Learner {
    /// Fresh starters in the scratch copy of this number, and its book on a port of
    /// its own.
    pub fn new(number: usize) -> Result<Self> {
        let scratch = Scratch::open(number)?;
        // What an earlier test did there is not this learner's.
        let state = scratch.root().join(".workbook");
        if state.exists() {
            fs::remove_dir_all(&state)?;
        }
        let said = runner::say(scratch.root(), "reset chapter-1")?;
        if said.code != 0 {
            bail!("reset: {}", said.stderr);
        }
        let (server, home) = serve(scratch.root())?;
        Ok(Self {
            scratch,
            server,
            home,
        })
    }

    /// The address of a page.
    pub fn address(&self, page: &str) -> String {
        format!("{}{page}", self.home)
    }

    /// Saves the file of a step, as an editor would.
    pub fn write(&self, file: &str, text: &str) -> Result<()> {
        let path = Path::new("exercises").join(CHAPTER).join("src").join(file);
        self.scratch.write(&path, text)
    }

    /// The files that still hold a hole.
    pub fn unsolved(&self) -> Result<Vec<String>> {
        let src = self
            .scratch
            .root()
            .join("exercises")
            .join(CHAPTER)
            .join("src");
        let mut files = Vec::new();
        for entry in fs::read_dir(src)? {
            let entry = entry?;
            if fs::read_to_string(entry.path())?.contains("todo!(") {
                files.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        Ok(files)
    }

    /// Solves a task as the reference does.
    pub fn solve(&self, file: &str) -> Result<()> {
        self.write(file, &self.solution(file)?)
    }

    /// A solution that's wrong about the loopback addresses.
    pub fn mistaken(&self, file: &str) -> Result<String> {
        let solution = self.solution(file)?;
        let right = "=> Self::Loopback";
        if !solution.contains(right) {
            bail!("{file} says nothing of {right}");
        }
        Ok(solution.replace(right, "=> Self::Private"))
    }

    /// Ends the server of the book, as a closed terminal would.
    #[cfg(target_os = "linux")]
    pub fn end_server(&mut self) -> Result<()> {
        self.server.kill()?;
        self.server.wait()?;
        Ok(())
    }

    /// A solution whose code never comes to an end.
    #[cfg(target_os = "linux")]
    pub fn hanging(&self, file: &str) -> Result<String> {
        let solution = self.solution(file)?;
        let (head, tail) = solution
            .split_once("// ANCHOR: cut-")
            .context("a body that learners write")?;
        let (name, body) = tail.split_once('\n').context("its first line")?;
        let endless =
            "#[allow(clippy::empty_loop)]\nif std::hint::black_box(true) { loop {} }";
        Ok(format!("{head}// ANCHOR: cut-{name}\n{endless}\n{body}"))
    }

    /// What the terminal says of the chapter, `NAME: STATUS`, sorted.
    pub fn terminal(&self) -> Result<Vec<String>> {
        let checks = runner::check(self.scratch.root(), "chapter-1")?;
        let word =
            |value: &serde_json::Value| value.as_str().unwrap_or("?").to_string();
        let mut lines: Vec<String> = checks
            .iter()
            .map(|check| {
                format!("{}: {}", word(&check["name"]), word(&check["status"]))
            })
            .collect();
        lines.sort();
        Ok(lines)
    }

    /// Waits until the number of processes that work in the scratch copy is right;
    /// the server is none of them.
    #[cfg(target_os = "linux")]
    pub fn wait_for_processes(
        &self,
        awaited: &str,
        is_right: impl Fn(usize) -> bool,
    ) -> Result<()> {
        use std::time::{Duration, Instant};
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let found = self.processes();
            if is_right(found.len()) {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("waited a minute for {awaited}; there are {found:?}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    #[cfg(target_os = "linux")]
    fn processes(&self) -> Vec<PathBuf> {
        let root = self.scratch.root();
        let server = self.server.id().to_string();
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        entries
            .filter(|entry| entry.file_name() != *server)
            .filter_map(|entry| fs::read_link(entry.path().join("cwd")).ok())
            .filter(|folder| folder.starts_with(root))
            .collect()
    }

    fn solution(&self, file: &str) -> Result<String> {
        let path = Path::new("solutions").join(CHAPTER).join("src").join(file);
        self.scratch.read(&path)
    }
}

impl Drop for Learner {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Serves the book of the workspace `root` on a free port, and says where it is.
fn serve(root: &Path) -> Result<(Child, String)> {
    let runner = runner::xtask(root)?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut server = Command::new(cargo)
        .args(["run", "--quiet", "--package", "book-builder", "--"])
        .args(["serve", "--port", "0", "--root"])
        .arg(root)
        .current_dir(runner::root())
        .env("FLAT_MEMORY_RUNNER", runner.get_program())
        .env_remove("CARGO_TARGET_DIR")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("the server of the book")?;
    let stdout = server.stdout.take().context("its output")?;
    let mut lines = BufReader::new(stdout).lines();
    while let Some(line) = lines.next() {
        let line = line?;
        if let Some((_, rest)) = line.split_once("The book is at ") {
            let home = rest.split_whitespace().next().unwrap_or_default();
            // It goes on speaking, and a closed pipe would stop it.
            std::thread::spawn(move || lines.for_each(drop));
            return Ok((server, home.to_string()));
        }
    }
    let _ = server.kill();
    let _ = server.wait();
    bail!("the server of the book ended before it said where it is")
}
