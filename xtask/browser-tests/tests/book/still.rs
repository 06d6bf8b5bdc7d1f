//! For readers who asked for stillness nothing moves, not even what they start.

use crate::complaints::Complaints;
use anyhow::Result;
use browser::axe;
use browser::emulation::Media;
use browser::session::BrowserSession;
use browser::tab::Tab;

const STILL: Media = Media {
    is_print: false,
    is_dark: false,
    is_still: true,
};

#[test]
fn nothing_moves_for_readers_who_asked_for_stillness() -> Result<()> {
    let Some(session) = BrowserSession::shared() else {
        return Ok(());
    };
    let mut complaints = Complaints::default();
    let mut tab = session.tab();
    tab.show_on(STILL)?;
    for page in session.site.originals() {
        tab.open(&session.site.served(&page))?;
        complaints.add(&page, moving(&mut tab)?);
        let runs = tab.evaluate(
            "(() => {
                const buttons = [...document.querySelectorAll('main *')]
                    .filter(({ localName }) => localName.startsWith('sim-'))
                    .flatMap((simulator) => [...simulator.querySelectorAll('button')])
                    .filter(({ innerText }) => innerText.trim().startsWith('Run'));
                for (const button of buttons) button.click();
                return buttons.length;
            })()",
        )?;
        if runs != 0 {
            complaints.add(&format!("{page} after Run"), moving(&mut tab)?);
        }
    }
    complaints.assert_none();
    Ok(())
}

/// Running animations, and simulators whose words change from one frame to the next.
/// On a busy machine a page may still be working when it counts as loaded, so it gets
/// some chances to come to rest; what moves of itself never takes one.
pub fn moving(tab: &mut Tab) -> Result<Vec<String>> {
    let script = "(async () => {
        const words = () => [...document.querySelectorAll('main')]
            .map((part) => part.innerText + part.innerHTML).join();
        const frame = () => new Promise((done) => requestAnimationFrame(done));
        const rests = async () => {
            const before = words();
            for (let frames = 0; frames < 3; frames += 1) await frame();
            return words() === before;
        };
        let resting = false;
        for (let chances = 0; chances < 20 && !resting; chances += 1) {
            resting = await rests();
        }
        const running = document.getAnimations()
            .filter(({ playState }) => playState === 'running')
            .map(({ effect }) => `an animation runs on ${effect.target.localName}`);
        if (!resting) running.push('the page changes of itself');
        return running;
    })()";
    Ok(axe::lines(&tab.evaluate(script)?))
}
