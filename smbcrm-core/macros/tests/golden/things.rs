#[::async_trait::async_trait]
/// Things.
pub trait Things: Send + Sync {
    /// Fetches one.
    ///
    /// At length.
    ///
    ///`GET /things/{thingId}/parts/{partNo}`, scope `things.readonly`.
    async fn get(
        &self,
        thing_id: &ThingId,
        part: &PartId,
        query: Detail,
    ) -> Result<Part> {
        let _ = thing_id;
        let _ = part;
        let _ = query;
        ::core::result::Result::Err(::smbcrm_core::Error::unsupported(&operations::GET))
    }
    /// Tags things.
    ///
    ///`POST /things/tags`, scope `things.write` (assumed: none is documented).
    async fn tag(&self, body: Tags, how: How) -> Result<()> {
        let _ = body;
        let _ = how;
        ::core::result::Result::Err(::smbcrm_core::Error::unsupported(&operations::TAG))
    }
    /// Uploads a file.
    ///
    ///`PUT /things/{thingId}/file`, scope `things.write`.
    async fn upload(&self, thing_id: &ThingId, file: Upload) -> Result<Raw> {
        let _ = thing_id;
        let _ = file;
        ::core::result::Result::Err(
            ::smbcrm_core::Error::unsupported(&operations::UPLOAD),
        )
    }
}
///The operations of [`Things`], as data.
pub mod operations {
    #[allow(unused_imports)]
    use super::*;
    ///`GET /things/{thingId}/parts/{partNo}`: Fetches one.
    pub static GET: ::smbcrm_core::operation::Operation = ::smbcrm_core::operation::Operation {
        product: &THINGS,
        name: "get",
        id: "get",
        summary: "Fetches one.",
        doc: "Fetches one.\n\nAt length.",
        method: ::smbcrm_core::operation::Method::Get,
        path: "/things/{thingId}/parts/{partNo}",
        params: &["thingId", "partNo"],
        scope: "things.readonly",
        scope_documented: true,
        access: ::smbcrm_core::operation::Access::Location,
        place: ::smbcrm_core::operation::Place::Record,
        takes_query: true,
        body: ::smbcrm_core::operation::BodyKind::None,
        reply: ::smbcrm_core::operation::Reply::Key("part"),
        status: 200u16,
        read: true,
        idempotent: true,
        deprecated: false,
        schemas: ::smbcrm_core::__schemas!(Detail, (), Part),
    };
    ///`POST /things/tags`: Tags things.
    pub static TAG: ::smbcrm_core::operation::Operation = ::smbcrm_core::operation::Operation {
        product: &THINGS,
        name: "tag",
        id: "tag-things",
        summary: "Tags things.",
        doc: "Tags things.",
        method: ::smbcrm_core::operation::Method::Post,
        path: "/things/tags",
        params: &[],
        scope: "things.write",
        scope_documented: false,
        access: ::smbcrm_core::operation::Access::Agency,
        place: ::smbcrm_core::operation::Place::Query("locationId"),
        takes_query: true,
        body: ::smbcrm_core::operation::BodyKind::Json,
        reply: ::smbcrm_core::operation::Reply::Acknowledged("succeded"),
        status: 200u16,
        read: false,
        idempotent: true,
        deprecated: true,
        schemas: ::smbcrm_core::__schemas!(How, Tags, ()),
    };
    ///`PUT /things/{thingId}/file`: Uploads a file.
    pub static UPLOAD: ::smbcrm_core::operation::Operation = ::smbcrm_core::operation::Operation {
        product: &THINGS,
        name: "upload",
        id: "upload",
        summary: "Uploads a file.",
        doc: "Uploads a file.",
        method: ::smbcrm_core::operation::Method::Put,
        path: "/things/{thingId}/file",
        params: &["thingId"],
        scope: "things.write",
        scope_documented: true,
        access: ::smbcrm_core::operation::Access::Location,
        place: ::smbcrm_core::operation::Place::Record,
        takes_query: false,
        body: ::smbcrm_core::operation::BodyKind::Multipart,
        reply: ::smbcrm_core::operation::Reply::Raw,
        status: 200u16,
        read: false,
        idempotent: true,
        deprecated: false,
        schemas: ::smbcrm_core::__schemas!((), (), ()),
    };
    /// Every operation of the product, in the order of the declaration.
    pub static ALL: [&::smbcrm_core::operation::Operation; 3usize] = [
        &GET,
        &TAG,
        &UPLOAD,
    ];
}
#[::async_trait::async_trait]
impl<T: ::smbcrm_core::operation::Transport + ?Sized> Things for T {
    async fn get(
        &self,
        thing_id: &ThingId,
        part: &PartId,
        query: Detail,
    ) -> Result<Part> {
        let request = ::smbcrm_core::operation::Request::new(&operations::GET)
            .param("thingId", thing_id)
            .param("partNo", part)
            .query(&query)?;
        self.send(request.checked()?).await?.decode(&operations::GET)
    }
    async fn tag(&self, body: Tags, how: How) -> Result<()> {
        let request = ::smbcrm_core::operation::Request::new(&operations::TAG)
            .query(&how)?
            .json(&body)?;
        self.send(request.checked()?).await?.decode(&operations::TAG)
    }
    async fn upload(&self, thing_id: &ThingId, file: Upload) -> Result<Raw> {
        let request = ::smbcrm_core::operation::Request::new(&operations::UPLOAD)
            .param("thingId", thing_id)
            .multipart(file);
        self.send(request.checked()?).await?.raw(&operations::UPLOAD)
    }
}
impl dyn Things {
    /// How each operation of the product is answered: decode, call, encode.
    pub const ROUTES: &'static [::smbcrm_core::operation::Route<dyn Things>] = &[
        {
            fn call<'a>(
                service: &'a (dyn Things + 'static),
                arguments: ::smbcrm_core::operation::Arguments,
            ) -> ::smbcrm_core::operation::BoxFuture<
                'a,
                ::smbcrm_core::Result<::smbcrm_core::operation::Response>,
            > {
                ::std::boxed::Box::pin(async move {
                    let _ = &arguments;
                    let thing_id: ThingId = arguments.param("thingId")?;
                    let part: PartId = arguments.param("partNo")?;
                    let query: Detail = arguments.query()?;
                    let reply = service.get(&thing_id, &part, query).await?;
                    ::smbcrm_core::operation::Response::encode(&operations::GET, &reply)
                })
            }
            ::smbcrm_core::operation::Route {
                operation: &operations::GET,
                call,
            }
        },
        {
            fn call<'a>(
                service: &'a (dyn Things + 'static),
                arguments: ::smbcrm_core::operation::Arguments,
            ) -> ::smbcrm_core::operation::BoxFuture<
                'a,
                ::smbcrm_core::Result<::smbcrm_core::operation::Response>,
            > {
                ::std::boxed::Box::pin(async move {
                    let _ = &arguments;
                    let how: How = arguments.query()?;
                    let body: Tags = arguments.json()?;
                    let reply = service.tag(body, how).await?;
                    ::smbcrm_core::operation::Response::encode(&operations::TAG, &reply)
                })
            }
            ::smbcrm_core::operation::Route {
                operation: &operations::TAG,
                call,
            }
        },
        {
            fn call<'a>(
                service: &'a (dyn Things + 'static),
                arguments: ::smbcrm_core::operation::Arguments,
            ) -> ::smbcrm_core::operation::BoxFuture<
                'a,
                ::smbcrm_core::Result<::smbcrm_core::operation::Response>,
            > {
                ::std::boxed::Box::pin(async move {
                    let _ = &arguments;
                    let thing_id: ThingId = arguments.param("thingId")?;
                    let file: Upload = arguments.multipart()?;
                    let reply = service.upload(&thing_id, file).await?;
                    ::smbcrm_core::operation::Response::from_raw(
                        &operations::UPLOAD,
                        &reply,
                    )
                })
            }
            ::smbcrm_core::operation::Route {
                operation: &operations::UPLOAD,
                call,
            }
        },
    ];
}
