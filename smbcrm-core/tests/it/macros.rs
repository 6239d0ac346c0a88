//! What the macros say when a declaration is wrong: each case's message is in the `.stderr` file beside it.
//!
//! `TRYBUILD=overwrite cargo test -p smbcrm-core --all-features --test it macros` writes the files anew; read them.

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/macros/*.rs");
}
