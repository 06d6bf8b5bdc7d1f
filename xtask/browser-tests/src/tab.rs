//! One visit: a tab that opens addresses, runs scripts, and waits for conditions.

use crate::browser::Browser;
use crate::error::{Error, Result};
use crate::page_log::PageLog;
use crate::socket::Socket;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How long a page may take to load, and a condition to become true.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// How long to listen for events before a condition is asked about again.
const ROUND: Duration = Duration::from_millis(10);

/// A tab with storage and cache of its own; both go when it is dropped.
pub struct Tab<'b> {
    browser: &'b Browser,
    context: String,
    pub(crate) socket: Socket,
    record: PageLog,
}

impl<'b> Tab<'b> {
    /// Takes over a tab that was just made, and listens to all that it says.
    pub(crate) fn new(
        browser: &'b Browser,
        socket: Socket,
        context: String,
    ) -> Result<Self> {
        let mut tab = Tab {
            browser,
            context,
            socket,
            record: PageLog::default(),
        };
        for domain in ["Page", "Runtime", "Log", "Network"] {
            tab.call(&format!("{domain}.enable"), json!({}))?;
        }
        tab.call("Page.setLifecycleEventsEnabled", json!({ "enabled": true }))?;
        // Several tabs are open at once, and each believes that it is in front.
        let focus = json!({ "enabled": true });
        tab.call("Emulation.setFocusEmulationEnabled", focus)?;
        // The printed book asks for a printer, and no machine here has one.
        tab.before_load("window.print = () => {}")?;
        Ok(tab)
    }

    /// Opens an address and waits until everything on the page is loaded. The record
    /// begins anew.
    ///
    /// # Errors
    ///
    /// There is no such page, or it loads for longer than [`PATIENCE`].
    pub fn open(&mut self, address: &str) -> Result<()> {
        self.record()?;
        self.record = PageLog::default();
        let answer = self.call("Page.navigate", json!({ "url": address }))?;
        if let Some(reason) = answer["errorText"].as_str() {
            return Err(Error::Unopened {
                address: address.to_string(),
                reason: reason.to_string(),
            });
        }
        let Some(loader) = answer["loaderId"].as_str().map(str::to_string) else {
            // Only the part after `#` is new: nothing loads.
            return Ok(());
        };
        let deadline = Instant::now() + PATIENCE;
        while !self.record.is_loaded(&loader) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.socket.event(left)? {
                Some(event) => self.record.note(event),
                None => {
                    return Err(Error::Deadline {
                        awaited: format!("{address} to load"),
                        after: PATIENCE,
                    });
                }
            }
        }
        Ok(())
    }

    /// The value of a JavaScript expression; a promise is waited for.
    ///
    /// # Errors
    ///
    /// [`Error::Thrown`] when the script throws.
    pub fn evaluate(&mut self, script: &str) -> Result<Value> {
        let mut answer = self.call(
            "Runtime.evaluate",
            json!({
                "expression": script,
                "awaitPromise": true,
                "returnByValue": true,
                "userGesture": true,
            }),
        )?;
        let thrown = &answer["exceptionDetails"];
        if !thrown.is_null() {
            return Err(Error::Thrown(exception(thrown)));
        }
        Ok(answer["result"]["value"].take())
    }

    /// Waits until a JavaScript expression is true. The page may be left meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::Deadline`] names the condition after [`PATIENCE`].
    pub fn wait_until(&mut self, condition: &str) -> Result<()> {
        self.wait_for(condition, PATIENCE)
    }

    /// As [`Tab::wait_until`], with a deadline of the caller's.
    ///
    /// # Errors
    ///
    /// As [`Tab::wait_until`].
    pub fn wait_for(&mut self, condition: &str, patience: Duration) -> Result<()> {
        let deadline = Instant::now() + patience;
        while !self.holds(condition)? {
            if Instant::now() >= deadline {
                return Err(Error::Deadline {
                    awaited: condition.to_string(),
                    after: patience,
                });
            }
            if let Some(event) = self.socket.event(ROUND)? {
                self.record.note(event);
            }
        }
        Ok(())
    }

    /// Whether a JavaScript expression is true now.
    ///
    /// # Errors
    ///
    /// The browser is gone.
    pub fn holds(&mut self, condition: &str) -> Result<bool> {
        match self.evaluate(condition) {
            Ok(value) => Ok(value == Value::Bool(true)),
            // While the browser is navigating, there's no page to query.
            Err(Error::Thrown(_) | Error::Refused { .. }) => Ok(false),
            Err(fault) => Err(fault),
        }
    }

    /// Runs a script in every page that this tab opens, before the page's own.
    ///
    /// # Errors
    ///
    /// As [`Socket::call`].
    pub fn before_load(&mut self, script: &str) -> Result<()> {
        let script = json!({ "source": script });
        self.call("Page.addScriptToEvaluateOnNewDocument", script)?;
        Ok(())
    }

    /// What the page did since it was opened.
    ///
    /// # Errors
    ///
    /// The browser is gone.
    pub fn record(&mut self) -> Result<&PageLog> {
        // What a page did before this command is told before its answer.
        self.call("Runtime.evaluate", json!({ "expression": "0" }))?;
        while let Some(event) = self.socket.event_at_hand() {
            self.record.note(event);
        }
        Ok(&self.record)
    }

    /// Sends a command of the DevTools protocol to this tab.
    ///
    /// # Errors
    ///
    /// As [`Socket::call`].
    pub fn call(&mut self, method: &str, params: Value) -> Result<Value> {
        self.socket.call(method, params)
    }
}

impl Drop for Tab<'_> {
    fn drop(&mut self) {
        let context = json!({ "browserContextId": self.context });
        // A browser that is gone has no tabs.
        let _ = self.browser.call("Target.disposeBrowserContext", context);
    }
}

/// What a script threw, with its stack where there is one.
pub(crate) fn exception(details: &Value) -> String {
    let described = &details["exception"];
    described["description"]
        .as_str()
        .map(str::to_string)
        .or_else(|| {
            (!described["value"].is_null()).then(|| described["value"].to_string())
        })
        .or_else(|| details["text"].as_str().map(str::to_string))
        .unwrap_or_default()
}
