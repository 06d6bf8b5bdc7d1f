//! Puts many edits of one source file into one build: each edited function becomes a
//! sibling of the original, and the original begins with a jump to the sibling whose
//! number is switched on.
//!
//! After the jump, the original is unchanged, and a sibling's future is boxed, so that
//! the original's keeps its size. A method of a trait can't have siblings, so it
//! becomes a `match` with one body for each edit. Code outside of function bodies, in a
//! `const fn`, or in a function that returns `impl Trait` can't be switched.

use std::ops::{Range, RangeInclusive};

use anyhow::{Context, Result};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, FnArg, ItemFn, ItemImpl, Pat, ReturnType, Signature};

/// The environment variable with the number of the edit to run. Without it, or with 0,
/// the original code runs.
pub const VARIABLE: &str = "WORKBOOK_WRONG";

/// What every crate with a switched file needs at the end of its root.
pub const ROOT: &str = r#"
#[allow(warnings)]
pub(crate) fn __wrong() -> u32 {
    static WRONG: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    *WRONG.get_or_init(|| {
        let number = std::env::var("WORKBOOK_WRONG").ok();
        number.and_then(|number| number.parse().ok()).unwrap_or(0)
    })
}
"#;

/// A change of some bytes of a file.
#[derive(Debug, Clone)]
pub struct Edit {
    /// The value of [`VARIABLE`] that turns it on; never 0.
    pub number: u32,
    /// The bytes to replace.
    pub range: Range<usize>,
    /// What takes their place.
    pub replacement: String,
}

/// A file with all its edits.
#[derive(Debug, Default)]
pub struct Switched {
    /// The new text.
    pub text: String,
    /// The lines (counted from 1) that belong to a single edit.
    pub owners: Vec<(RangeInclusive<usize>, u32)>,
    /// The edits that aren't in the text, because they can't be switched.
    pub left_out: Vec<u32>,
}

/// Puts every edit that can be switched into `source`.
pub fn switch(source: &str, edits: &[Edit]) -> Result<Switched> {
    let file = syn::parse_file(source).context("the solution's file isn't Rust")?;
    let mut finder = Finder {
        source,
        in_impl: Place::Free,
        functions: Vec::new(),
    };
    finder.visit_file(&file);
    let mut writer = Writer::default();
    let mut done = 0;
    let mut placed = Vec::new();
    for function in finder.functions {
        let inside = |edit: &&Edit| {
            function.body.start < edit.range.start && edit.range.end < function.body.end
        };
        let own: Vec<&Edit> = edits.iter().filter(inside).collect();
        if own.is_empty() || matches!(function.way, Way::None) {
            continue;
        }
        placed.extend(own.iter().map(|edit| edit.number));
        writer.push(&source[done..function.body.start]);
        function.write(source, &own, &mut writer);
        done = function.body.end;
    }
    writer.push(&source[done..]);
    let left_out = edits.iter().map(|edit| edit.number);
    Ok(Switched {
        text: writer.text,
        owners: writer.owners,
        left_out: left_out.filter(|number| !placed.contains(number)).collect(),
    })
}

/// The position of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Free,
    Inherent,
    OfTrait,
}

/// How the edits of a function are switched.
#[derive(Debug)]
enum Way {
    /// By siblings, which are called with these words after their name.
    Siblings { prefix: &'static str, call: String },
    /// By one `match`.
    Arms,
    /// They can't be switched.
    None,
}

#[derive(Debug)]
struct Function {
    name: String,
    /// The `#[cfg]`s, which its siblings need as well.
    conditions: String,
    /// From `async` or `fn` up to the body.
    signature: Range<usize>,
    /// Where the name is.
    named: Range<usize>,
    /// With its braces.
    body: Range<usize>,
    is_async: bool,
    way: Way,
}

impl Function {
    /// Writes the body with its edits, and the siblings behind it.
    fn write(&self, source: &str, edits: &[&Edit], writer: &mut Writer) {
        let body = |edit: &Edit| {
            let before = &source[self.body.start..edit.range.start];
            let after = &source[edit.range.end..self.body.end];
            format!("{before}{}{after}", edit.replacement)
        };
        match &self.way {
            Way::Siblings { prefix, call } => {
                writer.push("{ match crate::__wrong() {");
                for edit in edits {
                    let name = self.sibling(edit);
                    let call = if self.is_async {
                        format!("Box::pin({prefix}{name}({call})).await")
                    } else {
                        format!("{prefix}{name}({call})")
                    };
                    let arm = format!("{} => return {call},", edit.number);
                    writer.push_for(edit.number, &arm);
                }
                writer.push("_ => {} }\n");
                writer.push(&source[self.body.start + 1..self.body.end]);
                for edit in edits {
                    let before = &source[self.signature.start..self.named.start];
                    let after = &source[self.named.end..self.signature.end];
                    let sibling = format!(
                        "#[allow(warnings)]\n{}{before}{}{after}{}",
                        self.conditions,
                        self.sibling(edit),
                        body(edit)
                    );
                    writer.push_for(edit.number, &sibling);
                }
            }
            Way::Arms => {
                writer.push("{ match crate::__wrong() {");
                for edit in edits {
                    let arm = format!("{} => {}", edit.number, body(edit));
                    writer.push_for(edit.number, &arm);
                }
                writer.push("_ => ");
                writer.push(&source[self.body.clone()]);
                writer.push("} }");
            }
            Way::None => {}
        }
    }

    fn sibling(&self, edit: &Edit) -> String {
        format!("{}__wrong_{}", self.name, edit.number)
    }
}

/// Finds the outermost functions, in the order of the file.
struct Finder<'a> {
    source: &'a str,
    in_impl: Place,
    functions: Vec<Function>,
}

impl Finder<'_> {
    fn found(
        &mut self,
        attributes: &[Attribute],
        signature: &Signature,
        block: &Block,
    ) {
        let body = block.brace_token.span.join().byte_range();
        let start = signature.span().byte_range().start;
        let conditions = attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("cfg"))
            .map(|attribute| {
                format!("{}\n", &self.source[attribute.span().byte_range()])
            })
            .collect();
        self.functions.push(Function {
            name: signature.ident.to_string(),
            conditions,
            signature: start..body.start,
            named: signature.ident.span().byte_range(),
            way: self.way(signature),
            is_async: signature.asyncness.is_some(),
            body,
        });
    }

    fn way(&self, signature: &Signature) -> Way {
        let is_opaque = match &signature.output {
            ReturnType::Type(_, kind) => {
                self.source[kind.span().byte_range()].contains("impl ")
            }
            ReturnType::Default => false,
        };
        if is_opaque || signature.constness.is_some() {
            return Way::None;
        }
        let names: Option<Vec<String>> = signature.inputs.iter().map(name).collect();
        match (names, self.in_impl) {
            (None, _) | (_, Place::OfTrait) => Way::Arms,
            (Some(names), context) => Way::Siblings {
                prefix: match context {
                    Place::Inherent => "Self::",
                    _ => "",
                },
                call: names.join(", "),
            },
        }
    }
}

/// The name of an argument, if it has one.
fn name(argument: &FnArg) -> Option<String> {
    match argument {
        FnArg::Receiver(_) => Some("self".to_owned()),
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => {
                Some(name.ident.to_string())
            }
            _ => None,
        },
    }
}

// Bodies aren't visited, because a nested function is part of the one around it.
impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.found(&item.attrs, &item.sig, &item.block);
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        self.in_impl = match item.trait_ {
            Some(_) => Place::OfTrait,
            None => Place::Inherent,
        };
        visit::visit_item_impl(self, item);
        self.in_impl = Place::Free;
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.found(&item.attrs, &item.sig, &item.block);
    }
}

/// Text that records which of its lines belong to one edit.
#[derive(Default)]
struct Writer {
    text: String,
    lines: usize,
    owners: Vec<(RangeInclusive<usize>, u32)>,
}

impl Writer {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.lines += text.matches('\n').count();
    }

    /// On lines of its own.
    fn push_for(&mut self, number: u32, text: &str) {
        self.push("\n");
        let first = self.lines + 1;
        self.push(text);
        self.push("\n");
        self.owners.push((first..=self.lines, number));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(source: &str, all: &[(&str, &str)]) -> Vec<Edit> {
        let edit = |(index, (find, replacement)): (usize, &(&str, &str))| {
            let start = source.find(find).expect("it stands there");
            Edit {
                number: index as u32 + 1,
                range: start..start + find.len(),
                replacement: (*replacement).to_owned(),
            }
        };
        all.iter().enumerate().map(edit).collect()
    }

    #[test]
    fn each_edit_is_a_sibling_and_the_right_body_stays() {
        let source =
            "/// Adds.\npub fn add(a: u8, mut b: u8) -> u8 {\n    a + b // \"}\"\n}\n";
        let all = edits(source, &[("a + b", "a - b"), ("a + b", "a * b")]);
        let switched = switch(source, &all).unwrap();
        assert!(switched.text.contains("1 => return add__wrong_1(a, b),"));
        assert!(
            switched
                .text
                .contains("fn add__wrong_2(a: u8, mut b: u8) -> u8 {\n    a * b")
        );
        assert!(switched.text.contains("_ => {} }\n\n    a + b // \"}\"\n}"));
        assert!(switched.left_out.is_empty());
        for (lines, number) in &switched.owners {
            let line = switched.text.lines().nth(lines.start() - 1).unwrap();
            assert!(
                line.contains(&number.to_string()) || line.contains("allow"),
                "{line}"
            );
        }
        syn::parse_file(&switched.text).unwrap();
    }

    #[test]
    fn an_async_method_is_boxed_and_one_of_a_trait_is_a_match() {
        let source = "impl A { async fn f(&mut self, (x, _): (u8, u8)) { self.g(x) }\n\
                      async fn h(&self) { self.i(1) } }\n\
                      impl B for A { async fn j(&self) { self.k(2) } }\n";
        let all = edits(
            source,
            &[("g(x)", "g(0)"), ("i(1)", "i(0)"), ("k(2)", "k(0)")],
        );
        let switched = switch(source, &all).unwrap();
        let text = &switched.text;
        assert!(
            text.contains("2 => return Box::pin(Self::h__wrong_2(self)).await,"),
            "{text}"
        );
        assert!(text.contains("1 => { self.g(0) }"), "{text}");
        assert!(text.contains("3 => { self.k(0) }"), "{text}");
        syn::parse_file(text).unwrap();
    }

    #[test]
    fn what_cannot_be_switched_is_left_out() {
        let source =
            "const A: u8 = 1;\nconst fn f() -> u8 { 2 }\nfn g() -> impl Sized { 3 }\n";
        let all = edits(source, &[("1;", "0;"), ("2", "0"), ("3", "0")]);
        let switched = switch(source, &all).unwrap();
        assert_eq!(switched.left_out, [1, 2, 3]);
        assert_eq!(switched.text, source);
    }
}
