//! Copies without git.

use super::*;

#[test]
fn without_git_the_work_comes_out_of_the_older_copy() -> Result<()> {
    let older = Fixture::toy()?;
    let newer = Fixture::toy()?;
    let from = older.root();
    let words = |from: &Path| -> Result<Said> {
        let mut command = runner::xtask(&newer.root())?;
        command.args(["update", "--work"]).arg(from);
        Ok(Said::from(command.output()?))
    };
    expect(&words(&from)?, 0, &["no work of yours"])?;
    let text = older.read(ONE)?;
    let todo = "todo!(\"chapter 1: double {number}\")";
    older.write(ONE, &text.replace(todo, "2 * number"))?;
    let own = "exercises/chapter-01-doubling/src/own.rs";
    older.write(own, "// mine\n")?;
    older.write(TWO, &older.read(TWO)?.replace("todo!", "unimplemented!"))?;
    let solution = "solutions/chapter-02-adding/src/lib.rs";
    let changed = newer
        .read(solution)?
        .replace("chapter 2: quadruple", "chapter 2: four");
    newer.write(solution, &changed)?;
    ensure!(newer.say("sync")?.code == 0);
    let said = words(&from)?;
    expect(
        &said,
        1,
        &["your work is kept", "is beside it", "is as it was"],
    )?;
    ensure!(newer.read(ONE)?.contains("2 * number"));
    ensure!(newer.read(own)? == "// mine\n");
    ensure!(newer.read(TWO)?.contains("unimplemented!"));
    ensure!(
        newer
            .read(&format!("{TWO}.new"))?
            .contains("chapter 2: four")
    );
    ensure!(older.read(ONE)?.contains("2 * number"));
    expect(&words(&newer.root())?, 2, &["this copy itself"])?;
    expect(
        &words(Path::new("/"))?,
        2,
        &["isn't a copy of the workbook"],
    )
}
