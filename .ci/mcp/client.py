#!/usr/bin/env python3
"""A client that we did not write (the official Python SDK, `mcp`) does a day's work through our server.

Over HTTP (SMBCRM_BASE_URL, SMBCRM_TOKEN, SMBCRM_LOCATION_ID) it lists the tools, looks up a contact, adds a tag, moves a
deal, reads a resource, gets a prompt and is refused in words that it can act on. Over stdio it starts the command that
is its first argument and asks it the same.
"""

import asyncio
import json
import os
import sys
from importlib.metadata import version

import mcp
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

try:  # both majors of the SDK
    from mcp.client.streamable_http import streamable_http_client
except ImportError:
    from mcp.client.streamable_http import streamablehttp_client as streamable_http_client

URL, TOKEN, LOCATION = (os.environ[name] for name in ("SMBCRM_BASE_URL", "SMBCRM_TOKEN", "SMBCRM_LOCATION_ID"))


def attribute(thing, *names):
    """An attribute under the name that this version of the SDK gives it."""
    return next(getattr(thing, name) for name in names if hasattr(thing, name))


async def call(session, tool, **arguments):
    result = await session.call_tool(tool, arguments)
    answer = json.loads(result.content[0].text)
    failed = bool(attribute(result, "is_error", "isError"))
    assert answer["success"] is not failed, (tool, answer)
    return answer


async def work(session):
    await session.initialize()
    tools = {tool.name: tool for tool in (await session.list_tools()).tools}
    assert len(tools) == 36, sorted(tools)
    reads = attribute(tools["contacts_get-contact"].annotations, "read_only_hint", "readOnlyHint")
    assert reads is True

    # Look up a contact and tag it.
    found = await call(session, "contacts_get-contacts", query_limit=1)
    contact = found["data"]["contacts"][0]["id"]
    await call(session, "contacts_add-tags", path_contactId=contact, body_tags=["from-python"])
    seen = await call(session, "contacts_get-contact", path_contactId=contact)
    assert "from-python" in seen["data"]["contact"]["tags"], seen

    # Move a deal to the last stage of its pipeline.
    deals = await call(session, "opportunities_search-opportunity", query_limit=1)
    deal = deals["data"]["opportunities"][0]
    pipelines = (await call(session, "opportunities_get-pipelines"))["data"]["pipelines"]
    pipeline = next(one for one in pipelines if one["id"] == deal["pipelineId"])
    stage = next(one["id"] for one in reversed(pipeline["stages"]) if one["id"] != deal["pipelineStageId"])
    moved = await call(
        session, "opportunities_update-opportunity", path_id=deal["id"], body_pipelineId=pipeline["id"], body_pipelineStageId=stage
    )
    assert moved["data"]["opportunity"]["pipelineStageId"] == stage, moved

    # Look at the blog and at a payment.
    blogs = await call(session, "blogs_get-blogs", query_skip=0, query_limit=1)
    posts = await call(session, "blogs_get-blog-post", query_blogId=blogs["data"]["data"][0]["_id"], query_limit=9, query_offset=0)
    assert posts["data"]["blogs"], posts
    paid = (await call(session, "payments_list-transactions", query_altType="location"))["data"]["data"][0]
    order = await call(session, "payments_get-order-by-id", path_orderId=paid["entityId"], query_altType="location")
    assert order["data"]["amount"] == paid["amount"], order

    # A failure says what to do.
    refused = await call(session, "contacts_get-contact", path_contactId="no-such-contact")
    assert refused["status"] == 400 and "stale" in refused["hint"], refused
    refused = await call(session, "contacts_get-contact", contactId=contact)
    assert "did you mean `path_contactId`" in refused["data"]["message"][0], refused

    # Resources and prompts.
    templates = await session.list_resource_templates()
    assert len(attribute(templates, "resource_templates", "resourceTemplates")) == 3
    try:
        read = await session.read_resource(f"smbcrm://contact/{contact}")
    except Exception:  # the older SDK wants a URL object
        from pydantic import AnyUrl

        read = await session.read_resource(AnyUrl(f"smbcrm://contact/{contact}"))
    assert json.loads(read.contents[0].text)["contact"]["id"] == contact
    prompt = await session.get_prompt("move_deal", {"deal": "Roof", "stage": "won"})
    assert "opportunities_update-opportunity" in prompt.messages[0].content.text
    return len(tools)


async def over_http():
    headers = {"Authorization": f"Bearer {TOKEN}", "locationId": LOCATION}
    try:
        import httpx2 as httpx
    except ImportError:
        import httpx
    async with httpx.AsyncClient(headers=headers, timeout=30) as http:
        try:
            connection = streamable_http_client(f"{URL}/mcp/", http_client=http)
        except TypeError:
            connection = streamable_http_client(f"{URL}/mcp/", headers=headers)
        async with connection as streams:
            async with ClientSession(streams[0], streams[1]) as session:
                return await work(session)


async def over_stdio(command):
    server = StdioServerParameters(command=command, args=["mcp"])
    async with stdio_client(server) as (reader, writer):
        async with ClientSession(reader, writer) as session:
            return await work(session)


print(f"Python SDK {version('mcp')} over HTTP: {asyncio.run(over_http())} tools; contact found, tag added, deal moved")
print(f"Python SDK {version('mcp')} over stdio: {asyncio.run(over_stdio(sys.argv[1]))} tools; the same")
