//! The expansion of a small trait, as text that people can read.

use quote::quote;

/// Every kind of argument and answer that a declaration can have, once.
#[cfg(all(feature = "schema", feature = "server"))]
fn declared() -> proc_macro2::TokenStream {
    quote! {
        /// Things.
        pub trait Things: Send + Sync {
            /// Fetches one.
            ///
            /// At length.
            #[get("/things/{thing_id}/parts/{part:partNo}", scope = "things.readonly", key = "part")]
            async fn get(&self, thing_id: &ThingId, part: &PartId, query: Detail) -> Result<Part>;

            /// Tags things.
            #[post("/things/tags", id = "tag-things", scope = "things.write", assumed_scope, access = agency,
                location = "locationId", ack = "succeded", status = 200, idempotent, deprecated)]
            async fn tag(&self, body: Tags, #[query] how: How) -> Result<()>;

            /// Uploads a file.
            #[put("/things/{thing_id}/file", scope = "things.write", body = multipart, reply = raw)]
            async fn upload(&self, thing_id: &ThingId, file: Upload) -> Result<Raw>;
        }
    }
}

/// An operation of an API beside SMBcrm's: no scope, an answer that says where to go on.
#[cfg(all(feature = "schema", feature = "server"))]
fn declared_elsewhere() -> proc_macro2::TokenStream {
    quote! {
        /// Doors.
        pub trait Doors: Send + Sync {
            /// Opens one.
            #[get("/doors/{door}/open", status = 302, reply = redirect)]
            async fn open(&self, door: &Text) -> Result<Redirect>;
        }
    }
}

/// With everything on, as whoever builds the workspace has it.
#[cfg(all(feature = "schema", feature = "server"))]
#[test]
fn the_expansion_is_the_golden_one() {
    golden(&super::expand(quote!(product = THINGS), &declared()), "things");
    let of = quote!(product = DOORS, of = apis::Elsewhere);
    golden(&super::expand(of, &declared_elsewhere()), "doors");
}

#[cfg(all(feature = "schema", feature = "server"))]
fn golden(expanded: &proc_macro2::TokenStream, name: &str) {
    let file: syn::File = syn::parse2(expanded.clone()).unwrap();
    let text = prettyplease::unparse(&file);
    let path = format!("{}/tests/golden/{name}.rs", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("GOLDEN").is_some_and(|mode| mode == "overwrite") {
        std::fs::write(&path, &text).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        text == golden,
        "the expansion has changed; read the difference after\n  GOLDEN=overwrite cargo test -p smbcrm-core-macros --all-features"
    );
}

#[test]
fn all_mistakes_are_reported_and_the_trait_stays() {
    let expanded = super::expand(
        quote!(product = THINGS),
        &quote! {
            pub trait Things: Send + Sync {
                #[get("/things/{id}", wrapped = "x")]
                fn get(&self, #[query] query: Detail);
            }
        },
    );
    let text = expanded.to_string();
    // Unknown fact, scope, doc, async, result, placeholder.
    assert_eq!(text.matches("compile_error").count(), 6, "{text}");
    assert!(text.contains("pub trait Things"));
    assert!(!text.contains("# [get") && !text.contains("# [query]"), "{text}");
}
