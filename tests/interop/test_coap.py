"""A second LwM2M server, made of aiocoap and cbor2: registration, reads with blocks, observation, de-registration."""

import asyncio
import hashlib
import json

import aiocoap
import aiocoap.resource as resource
import cbor2
from conftest import LIMIT_S, free_port

DEVICE = "smart-breaker-001"


class Directory(resource.Resource):
    """`/rd`: registrations, updates, de-registrations, each with its address."""

    def __init__(self):
        super().__init__()
        self.registered = {}
        self.happened = asyncio.Queue()

    async def needs_blockwise_assembly(self, _request):
        return True

    async def render(self, request):
        assert request.opt.uri_path[0] == "rd"
        path, query = request.opt.uri_path[1:], dict(q.split("=", 1) for q in request.opt.uri_query)
        if request.code is aiocoap.POST and not path:
            location = str(len(self.registered) + 1)
            self.registered[location] = (query, request.payload.decode(), request.remote)
            await self.happened.put(("registered", location))
            return aiocoap.Message(code=aiocoap.CREATED, location_path=["rd", location])
        known = path and path[0] in self.registered
        if request.code is aiocoap.POST and known:
            await self.happened.put(("updated", path[0]))
            return aiocoap.Message(code=aiocoap.CHANGED)
        if request.code is aiocoap.DELETE and known:
            del self.registered[path[0]]
            await self.happened.put(("deregistered", path[0]))
            return aiocoap.Message(code=aiocoap.DELETED)
        return aiocoap.Message(code=aiocoap.NOT_FOUND)


async def wait(awaitable):
    return await asyncio.wait_for(awaitable, LIMIT_S)


async def happening(directory, what):
    while True:
        kind, location = await wait(directory.happened.get())
        if kind == what:
            return location


async def scenario(start):
    port = free_port()
    directory = Directory()
    context = await aiocoap.Context.create_server_context(directory, bind=("127.0.0.1", port))
    console = start(
        "--listen", f"127.0.0.1:{free_port()}", "--sparkplug", "off", "--breakers", "1",
        "--lwm2m-binding", f"coap://127.0.0.1:{port}",
    )
    location = await happening(directory, "registered")
    query, links, remote = directory.registered[location]
    assert query == {"ep": DEVICE, "lt": "3600", "lwm2m": "1.1", "b": "U"}
    assert "</3200>;ver=2.0" in links.split(",") and "</3200/0>" in links.split(",")

    def message(code, path, **options):
        m = aiocoap.Message(code=code, uri_path=path.strip("/").split("/"), **options)
        m.remote = remote
        return m

    async def ask(code, path, **options):
        return await wait(context.request(message(code, path, **options)).response)

    # The program answers once it knows that it is registered; by then this is so.
    status = await ask(aiocoap.GET, "/3200/0/0", accept=0)
    assert (status.code, status.payload) == (aiocoap.CONTENT, b"1")
    # The first measurements take a cycle of the mains.
    while (await ask(aiocoap.GET, "/3200/0/1")).code is not aiocoap.CONTENT:
        pass
    # More than a datagram, in blocks.
    whole = await ask(aiocoap.GET, "/3200", accept=110)
    values = {r["n"]: r for r in json.loads(whole.payload)}
    assert whole.code is aiocoap.CONTENT and len(values) > 40 and len(whole.payload) > 1024
    packed = cbor2.loads((await ask(aiocoap.GET, "/3201/0", accept=112)).payload)
    assert packed[0] == {-2: "/3201/0/", 0: "0", 2: 100.0}
    links = await ask(aiocoap.GET, "/3200/0", accept=40)
    assert links.payload.startswith(b"</3200/0>,</3200/0/0>,")
    assert (await ask(aiocoap.GET, "/9")).code is aiocoap.NOT_FOUND
    assert (await ask(aiocoap.GET, "/3201/0", accept=0)).code is aiocoap.NOT_ACCEPTABLE
    both = cbor2.dumps([{0: "/3200/0/0"}, {0: "/3201/0/0"}])
    composite = await ask(aiocoap.FETCH, "", payload=both, content_format=112, accept=112)
    assert [r.get(2) for r in cbor2.loads(composite.payload)] == [1, 100.0]

    # Written in blocks: an image of several datagrams.
    body = bytes(5000)
    image = f"breaker-comm 3.0 {hashlib.sha256(body).hexdigest()}\n".encode() + body
    written = await ask(aiocoap.PUT, "/5/0/0", payload=image, content_format=42)
    assert written.code is aiocoap.CHANGED
    assert (await ask(aiocoap.GET, "/5/0/7")).payload == b"3.0"

    # Observed; a trip is seen.
    request = context.request(message(aiocoap.GET, "/3200/0/0", observe=0))
    first = await wait(request.response)
    assert (first.payload, first.opt.observe is not None) == (b"1", True)
    notifications = request.observation.__aiter__()
    assert (await ask(aiocoap.POST, "/3200/0/31", payload=b"0='aiocoap'")).code is aiocoap.CHANGED
    while (await wait(notifications.__anext__())).payload == b"1":
        pass
    request.observation.cancel()

    assert (await ask(aiocoap.POST, "/1/0/8")).code is aiocoap.CHANGED
    assert await happening(directory, "updated") == location
    # A server that forgot: the next update is answered 4.04, and a new registration follows.
    directory.registered.clear()
    assert (await ask(aiocoap.POST, "/1/0/8")).code is aiocoap.CHANGED
    again = await happening(directory, "registered")
    stopping = asyncio.get_running_loop().run_in_executor(None, console.stop)
    assert await happening(directory, "deregistered") == again
    await wait(stopping)
    await context.shutdown()


def test_a_server_on_aiocoap(start):
    asyncio.run(scenario(start))
