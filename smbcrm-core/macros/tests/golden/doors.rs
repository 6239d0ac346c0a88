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
        read: true,
        idempotent: true,
        deprecated: false,
        schemas: ::smbcrm_core::__schemas!((), (), ()),
    };
    /// Every operation of the product, in the order of the declaration.
    pub static ALL: [&::smbcrm_core::operation::Operation; 1usize] = [&OPEN];
}
#[::async_trait::async_trait]
impl<T: ::smbcrm_core::operation::Transport<apis::Elsewhere> + ?Sized> Doors for T {
    async fn open(&self, door: &Text) -> Result<Redirect> {
        let request = ::smbcrm_core::operation::Request::new(&operations::OPEN)
            .param("door", door);
        self.send(request.checked()?).await?.redirect(&operations::OPEN)
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
                    let door: Text = arguments.param("door")?;
                    let reply = service.open(&door).await?;
                    ::smbcrm_core::operation::Response::from_redirect(
                        &operations::OPEN,
                        &reply,
                    )
                })
            }
            ::smbcrm_core::operation::Route {
                operation: &operations::OPEN,
                call,
            }
        },
    ];
}
