"""Runs the vectors against the published schema and some lines of Python. Standard library only: python3 run.py"""
import base64, hashlib, hmac, json, pathlib, re, sys

HERE = pathlib.Path(__file__).parent
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
load = lambda name: json.loads((HERE / name).read_text("utf-8"))
DEFS = load("../schema/audio-connector.schema.json")["$defs"]

def fits(value, s):
    """Whether a value fits a schema, for the part of JSON Schema that the bundle uses."""
    if "$ref" in s: return fits(value, DEFS[s["$ref"].split("/")[-1]])
    if "const" in s and value != s["const"] or "enum" in s and value not in s["enum"]: return False
    kind = s.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or isinstance(value, bool) != (kind == "boolean")): return False
    if "pattern" in s and not re.fullmatch(s["pattern"], value) or "minimum" in s and value < s["minimum"]: return False
    if s.get("pattern", "").startswith("^PT") and duration(value) is None: return False
    if isinstance(value, list):
        return s.get("minItems", 0) <= len(value) <= s.get("maxItems", len(value)) and all(fits(item, s.get("items", {})) for item in value)
    if not isinstance(value, dict): return True
    named, rest = s.get("properties", {}), s.get("additionalProperties", True)
    return all(name in value for name in s.get("required", [])) and all(
        fits(v, named[k]) if k in named else rest is True or rest is not False and fits(v, rest) for k, v in value.items())

def read(text, sender):
    """accept, unknown or reject: what a text frame is to the side that receives it."""
    try: value = json.loads(text, parse_constant=int)  # int("NaN") is a ValueError: NaN is no JSON
    except ValueError: return "reject"
    if utf16(text) > 65535 or not isinstance(value, dict): return "reject"
    known = [ref["$ref"].split("/")[-1] for ref in DEFS[sender + "Message"]["oneOf"]]
    if value.get("type") in known: return "accept" if fits(value, DEFS[value["type"]]) else "reject"
    bare = DEFS["ping" if sender == "client" else "pong"]
    return "unknown" if fits(value, {**bare, "properties": {**bare["properties"], "type": {"type": "string"}}}) else "reject"
def utf16(text): return len(text.encode("utf-16-le", "surrogatepass")) // 2
def duration(text):
    parts = re.fullmatch(r"PT(?=\.?[0-9])([0-9]*)\.?([0-9]*)S", text)
    ns = int(parts[1] or 0) * 10**9 + int((parts[2] + "0" * 9)[:9]) if parts else 2**53
    return ns if ns < 2**53 else None
def join(base, connector, how):
    if connector and "?" in base: return None
    return base + connector if how == "raw" or connector[:1] in ("", "?") else base.rstrip("/") + "/" + connector.lstrip("/")
def choose(offers):
    fit = [("external" not in o["channels"], o["format"] != "PCMU", len(o["channels"]), i) for i, o in enumerate(offers) if fits(o, DEFS["mediaParameter"])]
    return min(fit)[-1] if fit else None
def signature(v):
    headers = {name.lower(): value.strip() for name, value in v["headers"]}
    values = {**headers, "@authority": v["authority"], "@request-target": v["target"]}
    covered = re.findall(r'"([^"]*)"', v["input"].split(")")[0])
    base = "\n".join([f'"{name}": {values[name]}' for name in covered] + [f'"@signature-params": {v["input"]}'])
    return base, base64.b64encode(hmac.new(base64.b64decode(v["secret"]), base.encode(), hashlib.sha256).digest()).decode()

frame = lambda v: (text := v.get("text", json.dumps(v.get("message")))) + " " * (v.get("padTo", 0) - utf16(text))
both = lambda name: load(name)["accept"] + load(name)["reject"]
results = [(v["name"], read(frame(v), v["sender"]) == kind) for kind in ("accept", "unknown", "reject") for v in load("messages.json")[kind]]
results += [(v["text"], duration(v["text"]) == v.get("ns")) for v in both("durations.json")]
results += [(v["base"], join(v["base"], v["connectorId"], v["join"]) == v.get("url")) for v in both("uris.json")]
results += [(v["name"], choose(v["offers"]) == v["chosen"]) for v in load("media.json")["cases"]]
results += [(v["name"], signature(v) == (v["base"], v["signature"])) for v in load("signatures.json")["known"]]
failed = [name for name, passed in results if not passed]
print(*[f"failed: {name!r}" for name in failed], f"{len(results)} vectors, {len(failed)} failed", sep="\n")
sys.exit(bool(failed))
