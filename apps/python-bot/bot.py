"""A small Audio Connector bot in Python: greets with a tone, collects keys until #, and returns them.

Needs the package `websockets`, 10 or later (Debian: python3-websockets). Run: API_KEY=... CLIENT_SECRET=... python3 bot.py [PORT]
Without CLIENT_SECRET requests with the API key are taken unsigned; without API_KEY everybody is let in. Empty is without.
"""
import asyncio, base64, hmac, http, json, os, re, sys, time
import websockets

API_KEY, CLIENT_SECRET = os.environ.get("API_KEY"), os.environ.get("CLIENT_SECRET")
if CLIENT_SECRET and not API_KEY:
    sys.exit("CLIENT_SECRET is set without API_KEY, which the signature covers; set both")
try:
    SECRET = base64.b64decode(CLIENT_SECRET + "=" * (-len(CLIENT_SECRET) % 4), validate=True) if CLIENT_SECRET else None
except ValueError:
    sys.exit("CLIENT_SECRET is not base64; copy it from the integration")
REQUIRED = {"@request-target", "@authority", "x-api-key"} | {f"audiohook-{n}-id" for n in ("organization", "session", "correlation")}
MAX_AGE, SKEW, FRAME = 10, 3, 0.25
MAX_QUIET, MAX_PLAYBACK = 30, 3
nonces = {}


def value_of(headers, name):
    """Returns the values of a header, joined as a signature covers them; empty without one."""
    return ", ".join(value.strip() for value in headers.get_all(name))


def refusal(path, headers):
    """Returns the reason to refuse a request, or None."""
    if API_KEY and value_of(headers, "X-API-KEY") != API_KEY:
        return "the API key is unknown"
    if SECRET is None:
        return None
    first = re.match(r'\s*([a-z*][a-z0-9_.*-]*)=(\(("[^"]*"\s*)*\)(;[a-z]+=("[^"]*"|\d+))*)', value_of(headers, "Signature-Input"))
    if not first:
        return "the request is not signed"
    label, value = first.group(1), first.group(2)
    covered, given = value[1:].split(")", 1)
    names, params = re.findall(r'"([^"]*)"', covered), dict(re.findall(r';([a-z]+)="?([^";]*)"?', given))
    if not REQUIRED <= set(names) or params.get("keyid") != API_KEY or len(params.get("nonce", "")) < 22:
        return "the signature does not cover all six components, or its keyid or nonce is wrong"
    seconds = lambda text: int(text) if re.fullmatch("[0-9]{1,15}", text) else 0
    now, created = time.time(), seconds(params.get("created", ""))
    if not now - MAX_AGE - SKEW <= created <= now + SKEW or "expires" in params and seconds(params["expires"]) < now - SKEW:
        return "the signature is too old, expired, or from the future"
    derived = {"@request-target": path, "@authority": value_of(headers, "Host").lower()}
    lines = [f'"{name}": {derived[name] if name in derived else value_of(headers, name)}' for name in names]
    # websockets passes on bytes that are not ASCII as surrogates.
    base = "\n".join(lines + [f'"@signature-params": {value}']).encode(errors="surrogateescape")
    expected = base64.b64encode(hmac.digest(SECRET, base, "sha256"))
    sent = re.search(re.escape(label) + r"=:([^:]*):", value_of(headers, "Signature"))
    if not sent or not hmac.compare_digest(sent.group(1).encode(errors="surrogateescape"), expected):
        return "the signature does not match"
    for old in [nonce for nonce, at in nonces.items() if at < now - MAX_AGE - 2 * SKEW]:
        del nonces[old]
    return "the nonce was used before" if nonces.setdefault(params["nonce"], now) != now else None


async def admit(first, second):
    # Up to 13, websockets passes the path and the headers; from 14 on, the connection and the request.
    old = isinstance(first, str)
    if reason := refusal(first, second) if old else refusal(second.path, second.headers):
        body = json.dumps({"error": "unauthorized", "reason": reason})
        return (http.HTTPStatus.UNAUTHORIZED, [], body.encode()) if old else first.respond(http.HTTPStatus.UNAUTHORIZED, body)


# A second of a square wave of 444 Hz: two levels of mu-law.
TONE = (b"\x9f" * 9 + b"\x1f" * 9) * 444


class Call:
    def __init__(self, socket):
        self.socket = socket
        headers = socket.request.headers if hasattr(socket, "request") else socket.request_headers  # from 14 on, or up to 13
        self.id, self.organization = (value_of(headers, f"Audiohook-{of}-Id") for of in ("Session", "Organization"))
        self.seq, self.clientseq, self.digits, self.playing, self.quiet_until = 0, 0, "", None, 0
        self.ending = self.opened = False
        self.heard = asyncio.Event()

    async def send(self, kind, **parameters):
        self.seq += 1
        await self.socket.send(json.dumps({"version": "2", "id": self.id, "type": kind,
                                           "seq": self.seq, "clientseq": self.clientseq, "parameters": parameters}))

    async def disconnect(self, reason, info="", **more):
        if not self.ending:
            self.ending = True
            await self.send("disconnect", reason=reason, info=info, **more)

    async def play(self, then=None):
        for at in range(0, len(TONE), int(8000 * FRAME)):
            await asyncio.sleep(max(0, self.quiet_until - time.monotonic()))
            if self.ending:  # no audio follows disconnect
                return
            self.heard.clear()
            await self.socket.send(TONE[at:at + int(8000 * FRAME)])
            await asyncio.sleep(FRAME if at else 0)  # one frame ahead of the caller, so that the playback has no gaps
        try:
            await asyncio.wait_for(self.heard.wait(), MAX_PLAYBACK)
        except asyncio.TimeoutError:
            pass  # the client reports no playback
        self.playing = None
        if then:
            await then()

    def stop(self):
        if self.playing:
            self.playing.cancel()
            self.playing = None

    async def barge_in(self):
        """Stops the playback, also what the client still has of it."""
        if self.playing:
            self.stop()
            await self.send("event", entities=[{"type": "barge_in", "data": {}}])

    def start(self, then=None):
        self.stop()
        self.playing = asyncio.ensure_future(self.play(then))

    async def run(self):
        try:
            while not isinstance(frame := await self.socket.recv(), str) or not await self.message(frame):
                pass
            await self.socket.wait_closed()
        except websockets.ConnectionClosed:
            pass  # the caller is gone
        finally:
            self.stop()

    async def message(self, text):
        """Answers one message; returns True after `closed`."""
        try:
            m = json.loads(text)
            kind, seq, p = m["type"], m["seq"], m["parameters"]
            wrong = len(text.encode("utf-16-le")) > 2 * 65535 or not self.ending and (
                seq != self.clientseq + 1 or m["serverseq"] > self.seq or m["id"] != self.id)
            if not (isinstance(kind, str) and isinstance(seq, int) and isinstance(p, dict)):
                raise TypeError
        except (ValueError, KeyError, TypeError, RecursionError):
            return await self.disconnect("error", "malformed message")
        self.clientseq = seq
        if kind == "close":
            self.stop()
            await self.send("closed")
            return True
        if wrong:
            return await self.disconnect("error", "ids or counters are wrong")
        if kind == "ping":
            await self.send("pong")
        elif kind == "open" and not self.opened and not self.ending:
            await self.open(p)
        elif kind == "dtmf" and isinstance(p.get("digit"), str) and self.opened and not self.ending:
            await self.barge_in()
            if p["digit"] == "#":
                self.start(lambda: self.disconnect("completed", outputVariables={"digits": self.digits}))
            else:
                self.digits += p["digit"]
        elif kind == "playback_completed":
            self.heard.set()
        elif kind == "error" and p.get("code") == 429:
            pause = re.fullmatch(r"PT([0-9]+(?:\.[0-9]+)?)S", str(p.get("retryAfter")))
            self.quiet_until = time.monotonic() + min(float(pause.group(1)) if pause else 1, MAX_QUIET)

    async def open(self, p):
        if p.get("organizationId") != self.organization:
            return await self.disconnect("unauthorized", "organizationId is not that of the header")
        offers = [m for m in p["media"] if isinstance(m, dict)] if isinstance(p.get("media"), list) else []
        fit = [m for m in offers if m.get("format") == "PCMU" and m.get("rate") == 8000
               and isinstance(m.get("channels"), list) and "external" in m["channels"]]
        if not fit:
            return await self.disconnect("error", "only PCMU at 8000 Hz is supported")
        self.opened = True
        await self.send("opened", startPaused=False, media=[min(fit, key=lambda m: len(m["channels"]))])
        if str(p.get("conversationId") or "").strip("0-"):
            self.start()


async def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
    async with websockets.serve(lambda socket: Call(socket).run(), "127.0.0.1", port, process_request=admit, compression=None):
        print(f"listening at ws://127.0.0.1:{port}", flush=True)
        await asyncio.Future()

asyncio.run(main())
