// Signs and verifies webhooks with Node's own crypto: the other side of crosscheck.rs.
// Reads one question a line, as JSON; answers each with a line.
const crypto = require('node:crypto');

const hmac = (key, ...parts) => parts.reduce((mac, part) => mac.update(part), crypto.createHmac('sha256', key));
const same = (a, b) => a.length === b.length && crypto.timingSafeEqual(a, b);

const schemes = {
  ed25519: {
    sign: (q, body) => crypto.sign(null, body, q.key).toString('base64'),
    verify: (q, body) => crypto.verify(null, body, q.key, Buffer.from(q.signature, 'base64')),
  },
  rsa: {
    sign: (q, body) => crypto.sign('sha256', body, q.key).toString('base64'),
    verify: (q, body) => crypto.verify('sha256', body, q.key, Buffer.from(q.signature, 'base64')),
  },
  hmac: {
    sign: (q, body) => 'sha256=' + hmac(q.key, body).digest('hex'),
    verify: (q, body) => same(Buffer.from(schemes.hmac.sign(q, body)), Buffer.from(q.signature)),
  },
  timestamped: {
    sign: (q, body) => `t=${q.timestamp},v1=` + hmac(q.key, `${q.timestamp}.`, body).digest('hex'),
    verify: (q, body) => same(Buffer.from(schemes.timestamped.sign(q, body)), Buffer.from(q.signature)),
  },
  standard: {
    sign: (q, body) =>
      'v1,' + hmac(Buffer.from(q.key.slice(6), 'base64'), `${q.id}.${q.timestamp}.`, body).digest('base64'),
    verify: (q, body) => same(Buffer.from(schemes.standard.sign(q, body)), Buffer.from(q.signature)),
  },
};

const answer = (q) => {
  if (q.do === 'pair') {
    const options = { modulusLength: 2048 };
    const pair = crypto.generateKeyPairSync(q.scheme, q.scheme === 'rsa' ? options : {});
    return {
      public: pair.publicKey.export({ type: 'spki', format: 'pem' }),
      private: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    };
  }
  return schemes[q.scheme][q.do](q, Buffer.from(q.body, 'hex'));
};

require('node:readline')
  .createInterface({ input: process.stdin })
  .on('line', (line) => console.log(JSON.stringify(answer(JSON.parse(line)))));
