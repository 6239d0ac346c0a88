"""Signs and verifies webhooks with Python's own hmac: the other side of crosscheck.rs.

Reads one question a line, as JSON; answers each with a line.
"""

import base64
import hashlib
import hmac
import json
import sys


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256)


def sign(q):
    key, body = q["key"].encode(), bytes.fromhex(q["body"])
    if q["scheme"] == "hmac":
        return "sha256=" + mac(key, body).hexdigest()
    if q["scheme"] == "timestamped":
        return f"t={q['timestamp']},v1=" + mac(key, f"{q['timestamp']}.".encode() + body).hexdigest()
    key = base64.b64decode(q["key"].removeprefix("whsec_"))
    message = f"{q['id']}.{q['timestamp']}.".encode() + body
    return "v1," + base64.b64encode(mac(key, message).digest()).decode()


for line in sys.stdin:
    question = json.loads(line)
    signature = sign(question)
    verified = hmac.compare_digest(signature, question.get("signature", ""))
    print(json.dumps(signature if question["do"] == "sign" else verified), flush=True)
