#[::async_trait::async_trait]
/// Doors.
pub trait Doors: Send + Sync {
    /// Opens one.
    ///
    ///`GET /doors/{door}/open`.
    async fn open(&self, door: &Text) -> Result<Redirect> {
        let _ = door;
        ::core::result::Result::Err(::smbcrm_core::Error::unsupported(&operations::OPEN))
    }
}
///The operations of [`Doors`], as data.
pub mod operations {
    #[allow(unused_imports)]
    use super::*;
    ///`GET /doors/{door}/open`: Opens one.
    pub static OPEN: ::smbcrm_core::operation::Operation = ::smbcrm_core::operation::Operation {
        product: &DOORS,
        name: "open",
        id: "open",
        summary: "Opens one.",
        doc: "Opens one.",
        method: ::smbcrm_core::operation::Method::Get,
        path: "/doors/{door}/open",
        params: &["door"],
        scope: "",
        scope_documented: true,
        access: ::smbcrm_core::operation::Access::Location,
        place: ::smbcrm_core::operation::Place::Record,
        takes_query: false,
        body: ::smbcrm_core::operation::BodyKind::None,
        reply: ::smbcrm_core::operation::Reply::Redirect,
        status: 302u16,
        known: ::core::option::Option::None,
        missing: 400u16,
        read: true,
        idempotent: true,
        deprecated: false,
        schemas: ::smbcrm_core::operation::Schemas::of::<
            (),
            (),
            (),
        >(&[<Text as ::smbcrm_core::shape::Shaped>::KIND]),
    };
    /// Every operation of the product, in the order of the declaration.
    pub static ALL: [&::smbcrm_core::operation::Operation; 1usize] = [&OPEN];
}
impl<T: ::smbcrm_core::operation::Transport<apis::Elsewhere> + ?Sized> Doors for T {
    fn open<'life0, 'life1, 'async_trait>(
        &'life0 self,
        door: &'life1 Text,
    ) -> ::core::pin::Pin<
        ::std::boxed::Box<
            dyn ::core::future::Future<
                Output = Result<Redirect>,
            > + ::core::marker::Send + 'async_trait,
        >,
    >
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        fn __answer(
            sent: ::smbcrm_core::operation::Sent<'_>,
        ) -> ::smbcrm_core::operation::BoxFuture<'_, Result<Redirect>> {
            ::smbcrm_core::operation::redirected(sent, &operations::OPEN)
        }
        let request = ::smbcrm_core::operation::Request::of(
            &operations::OPEN,
            &[door],
            ::core::option::Option::None,
            ::core::option::Option::None,
        );
        __answer(
            match request {
                ::core::result::Result::Ok(request) => {
                    ::core::result::Result::Ok(self.send(request))
                }
                ::core::result::Result::Err(error) => ::core::result::Result::Err(error),
            },
        )
    }
}
impl dyn Doors {
    /// How each operation of the product is answered: decode, call, encode.
    pub const ROUTES: &'static [::smbcrm_core::operation::Route<dyn Doors>] = &[
        {
            fn call<'a>(
                service: &'a (dyn Doors + 'static),
                arguments: ::smbcrm_core::operation::Arguments,
            ) -> ::smbcrm_core::operation::BoxFuture<
                'a,
                ::smbcrm_core::Result<::smbcrm_core::operation::Response>,
            > {
                ::std::boxed::Box::pin(async move {
                    let _ = &arguments;
                    let door: Text = match arguments.param("door") {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(error) => {
                            return ::core::result::Result::Err(error);
                        }
                    };
                    match service.open(&door).await {
                        ::core::result::Result::Ok(reply) => {
                            ::smbcrm_core::operation::Response::from_redirect(
                                &operations::OPEN,
                                &reply,
                            )
                        }
                        ::core::result::Result::Err(error) => {
                            ::core::result::Result::Err(error)
                        }
                    }
                })
            }
            ::smbcrm_core::operation::Route {
                operation: &operations::OPEN,
                call,
            }
        },
    ];
}
