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
        known: ::core::option::Option::None,
        missing: 400u16,
        read: true,
        idempotent: true,
        deprecated: false,
        schemas: ::smbcrm_core::operation::Schemas::of::<
            Detail,
            (),
            Part,
        >(
            &[
                <ThingId as ::smbcrm_core::shape::Shaped>::KIND,
                <PartId as ::smbcrm_core::shape::Shaped>::KIND,
            ],
        ),
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
        known: ::core::option::Option::None,
        missing: 400u16,
        read: false,
        idempotent: true,
        deprecated: true,
        schemas: ::smbcrm_core::operation::Schemas::of::<How, Tags, ()>(&[]),
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
        known: ::core::option::Option::None,
        missing: 400u16,
        read: false,
        idempotent: true,
        deprecated: false,
        schemas: ::smbcrm_core::operation::Schemas::of::<
            (),
            (),
            (),
        >(&[<ThingId as ::smbcrm_core::shape::Shaped>::KIND]),
    };
    /// Every operation of the product, in the order of the declaration.
    pub static ALL: [&::smbcrm_core::operation::Operation; 3usize] = [
        &GET,
        &TAG,
        &UPLOAD,
    ];
}
impl<T: ::smbcrm_core::operation::Transport + ?Sized> Things for T {
    fn get<'life0, 'life1, 'life2, 'async_trait>(
        &'life0 self,
        thing_id: &'life1 ThingId,
        part: &'life2 PartId,
        query: Detail,
    ) -> ::core::pin::Pin<
        ::std::boxed::Box<
            dyn ::core::future::Future<
                Output = Result<Part>,
            > + ::core::marker::Send + 'async_trait,
        >,
    >
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        'life2: 'async_trait,
        Self: 'async_trait,
    {
        fn __answer(
            sent: ::smbcrm_core::operation::Sent<'_>,
        ) -> ::smbcrm_core::operation::BoxFuture<'_, Result<Part>> {
            ::smbcrm_core::operation::decoded(sent, &operations::GET)
        }
        let request = ::smbcrm_core::operation::Request::of(
            &operations::GET,
            &[thing_id, part],
            ::core::option::Option::Some(&query),
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
    fn tag<'life0, 'async_trait>(
        &'life0 self,
        body: Tags,
        how: How,
    ) -> ::core::pin::Pin<
        ::std::boxed::Box<
            dyn ::core::future::Future<
                Output = Result<()>,
            > + ::core::marker::Send + 'async_trait,
        >,
    >
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        fn __answer(
            sent: ::smbcrm_core::operation::Sent<'_>,
        ) -> ::smbcrm_core::operation::BoxFuture<'_, Result<()>> {
            ::smbcrm_core::operation::decoded(sent, &operations::TAG)
        }
        let request = ::smbcrm_core::operation::Request::of(
            &operations::TAG,
            &[],
            ::core::option::Option::Some(&how),
            ::core::option::Option::Some(&body),
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
    fn upload<'life0, 'life1, 'async_trait>(
        &'life0 self,
        thing_id: &'life1 ThingId,
        file: Upload,
    ) -> ::core::pin::Pin<
        ::std::boxed::Box<
            dyn ::core::future::Future<
                Output = Result<Raw>,
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
        ) -> ::smbcrm_core::operation::BoxFuture<'_, Result<Raw>> {
            ::smbcrm_core::operation::raw(sent, &operations::UPLOAD)
        }
        let request = ::smbcrm_core::operation::Request::of(
                &operations::UPLOAD,
                &[thing_id],
                ::core::option::Option::None,
                ::core::option::Option::None,
            )
            .map(|request| request.multipart(file));
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
                    let thing_id: ThingId = match arguments.param("thingId") {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(error) => {
                            return ::core::result::Result::Err(error);
                        }
                    };
                    let part: PartId = match arguments.param("partNo") {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(error) => {
                            return ::core::result::Result::Err(error);
                        }
                    };
                    let query: Detail = match arguments.query() {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(error) => {
                            return ::core::result::Result::Err(error);
                        }
                    };
                    match service.get(&thing_id, &part, query).await {
                        ::core::result::Result::Ok(reply) => {
                            ::smbcrm_core::operation::Response::encode(
                                &operations::GET,
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
                    let how: How = match arguments.query() {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(error) => {
                            return ::core::result::Result::Err(error);
                        }
                    };
                    let body: Tags = match arguments.json() {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(error) => {
                            return ::core::result::Result::Err(error);
                        }
                    };
                    match service.tag(body, how).await {
                        ::core::result::Result::Ok(reply) => {
                            ::smbcrm_core::operation::Response::encode(
                                &operations::TAG,
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
                    let thing_id: ThingId = match arguments.param("thingId") {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(error) => {
                            return ::core::result::Result::Err(error);
                        }
                    };
                    let file: Upload = match arguments.multipart() {
                        ::core::result::Result::Ok(value) => value,
                        ::core::result::Result::Err(error) => {
                            return ::core::result::Result::Err(error);
                        }
                    };
                    match service.upload(&thing_id, file).await {
                        ::core::result::Result::Ok(reply) => {
                            ::smbcrm_core::operation::Response::from_raw(
                                &operations::UPLOAD,
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
                operation: &operations::UPLOAD,
                call,
            }
        },
    ];
}
