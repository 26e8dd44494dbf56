import { call } from '../support/person.js';
import { TestFlits } from '../support/flits.js';

describe('GET /v1/server', () => {
  it('says whom to turn to, and what applies, where the operator has named it', async () => {
    const named = {
      ABUSE_CONTACT: 'mailto:abuse@flits.example',
      PRIVACY_CONTACT: 'https://flits.example/privacy/ask',
      TERMS_URL: 'https://flits.example/terms',
      PRIVACY_URL: 'https://flits.example/privacy',
    };
    const flits = await TestFlits.start(named);
    try {
      expect((await call(flits.url, 'GET', '/v1/server')).body).toMatchObject({
        contact: { abuse: named.ABUSE_CONTACT, privacy: named.PRIVACY_CONTACT },
        terms_url: named.TERMS_URL,
        privacy_url: named.PRIVACY_URL,
      });
    } finally {
      await flits.stop();
    }
  });
});
