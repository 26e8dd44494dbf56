import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { Person } from '../support/person.js';
import { TestFlits } from '../support/flits.js';
import { jpegParts } from '../support/images.js';
import { samplePhoto } from '../support/sample-photo.js';
import { SocketClient } from '../support/socket-client.js';
import { until } from '../support/until.js';

const secondsBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 1000;

describe('the main job', () => {
  let flits: TestFlits;

  beforeAll(async () => {
    flits = await TestFlits.start();
  });
  afterAll(() => flits.stop());

  it('a photo goes from one phone to another, is opened once, and is gone', async () => {
    const [anna, ben] = await Person.friends(flits.url);
    const [annasPhone, bensPhone] = await Promise.all([
      SocketClient.identified(flits.url, anna.session.access_token, 0),
      SocketClient.identified(flits.url, ben.session.access_token, 0),
    ]);

    // Sent before its upload is complete: the server completes it, the snap waits, and arrives when it is ready.
    const uploadId = await anna.put(await samplePhoto());
    const key = randomUUID();
    const sent = await anna.send({ upload_id: uploadId, caption: 'by the sea', alt: 'waves', view: { seconds: 5 } }, [ben], key);
    expect(sent.body).toMatchObject({ state: 'accepted', receipt: { snap_id: sent.body.id } });
    expect((await anna.send({ upload_id: uploadId, caption: 'by the sea', alt: 'waves', view: { seconds: 5 } }, [ben], key)).body.id).toBe(
      sent.body.id,
    );

    const received = await bensPhone.event('snap.received');
    expect(received.data).toMatchObject({
      snap_id: sent.body.id,
      sender: { id: anna.id, handle: anna.handle },
      kind: 'photo',
      view: { mode: 'once', seconds: 5, replays: 0 },
      media: { content_type: 'image/jpeg' },
    });
    expect(JSON.stringify(received.data)).not.toMatch(/https?:|by the sea|key/);
    bensPhone.ack(received.seq);
    expect((await annasPhone.event('snap.delivered')).data).toEqual({ snap_id: sent.body.id, user_id: ben.id });

    type Link = { url: string; bytes: number; url_expires_at: string; server_time: string };
    const link = await ben.request<Link>('POST', `/v1/snaps/${sent.body.id}/media`);
    expect(secondsBetween(link.body.server_time, link.body.url_expires_at)).toBeLessThanOrEqual(600); // R6
    const fetched = await fetch(link.body.url);
    expect(Number(fetched.headers.get('content-length'))).toBe(link.body.bytes);
    expect(fetched.headers.get('cache-control')).toContain('no-store');

    const opened = await ben.open(sent.body.id);
    expect(opened.body).toMatchObject({ caption: 'by the sea', alt: 'waves', view: { mode: 'once', seconds: 5, replays_left: 0 } });
    expect(opened.headers.get('cache-control')).toBe('no-store');
    // Its server_time is that of the grant, a moment before the link is made.
    expect(secondsBetween(opened.body.server_time, opened.body.media!.url_expires_at)).toBeLessThan(605);
    const photo = await ben.view(opened.body);
    expect(await sharp(photo).metadata()).toMatchObject({ format: 'jpeg', width: 640, height: 480 });
    expect(jpegParts(photo).markers.filter((marker) => /^(e[1-9a-f]|fe)$/.test(marker))).toEqual([]);

    expect((await annasPhone.event('snap.opened')).data).toEqual({ snap_id: sent.body.id, user_id: ben.id });
    expect((await ben.open(sent.body.id)).body.code).toBe('snap_already_opened');
    expect((await anna.request<{ deliveries: unknown[] }>('GET', `/v1/snaps/${sent.body.id}`)).body.deliveries).toEqual([
      { user_id: ben.id, state: 'opened', opened_at: expect.any(String) as string },
    ]);
    expect((await ben.inbox())[0]).not.toHaveProperty('media');

    await until('one object, without what was PUT', async () => (await flits.objectNames()).length === 1);
    await ben.request('POST', `/v1/snaps/${sent.body.id}/close`);
    await until('an empty store', async () => (await flits.objectNames()).length === 0);
    expect((await fetch(link.body.url)).status).toBe(404);
    expect((await anna.request('GET', `/v1/snaps/${sent.body.id}`)).body.code).toBe('snap_erased');
    expect(await ben.inbox()).toEqual([]);
    await Promise.all([annasPhone.close(), bensPhone.close()]);
  });

  it('one send reaches many, once each, with rising numbers, and unsend closes every viewer', async () => {
    const anna = await Person.signUp(flits.url);
    const friends = await Promise.all(Array.from({ length: 5 }, () => Person.signUp(flits.url)));
    for (const friend of friends) await anna.befriend(friend);
    const phones = await Promise.all(friends.map((friend) => SocketClient.identified(flits.url, friend.session.access_token, 0)));
    const snaps = await Promise.all(Array.from({ length: 8 }, (_, n) => anna.sendText(`note ${n}`, friends)));
    await anna.request('DELETE', `/v1/snaps/${snaps[0]?.id}`);
    for (const phone of phones) {
      await phone.event('snap.withdrawn');
      const events = phone.frames.filter((frame) => frame.op === 'event');
      const seqs = events.map((frame) => frame.seq);
      expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
      const received = events.filter((frame) => frame.type === 'snap.received').map((frame) => (frame.data as { snap_id: string }).snap_id);
      expect(new Set(received).size).toBe(received.length);
      expect(received.length).toBeGreaterThanOrEqual(snaps.length - 1);
      await phone.close();
    }
  });
});
