import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

/** A stored secret does not open: it was changed, moved to another place, or sealed with another key. */
export class UnreadableSecret extends Error {
  override readonly name = 'UnreadableSecret';
}

/**
 * Encrypts what is stored. `place` says what a secret is for and is authenticated with it, so that nobody can move one
 * connection's secret to another one.
 */
export class SecretBox {
  readonly #key: Buffer;

  constructor(secretKey: string) {
    // Derived for this one purpose: the same setting may protect other things one day.
    this.#key = Buffer.from(hkdfSync('sha256', secretKey, '', 'webhook connections', keyBytes));
  }

  seal(secret: string, place: string): Buffer {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#key, nonce).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  /** @throws UnreadableSecret */
  open(box: Buffer, place: string): string {
    try {
      const decipher = createDecipheriv(algorithm, this.#key, box.subarray(0, nonceBytes), { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(place)).setAuthTag(box.subarray(nonceBytes, nonceBytes + tagBytes));
      return Buffer.concat([decipher.update(box.subarray(nonceBytes + tagBytes)), decipher.final()]).toString('utf8');
    } catch (error) {
      const detail = `the secret for ${place} does not open: is TRACKER_SECRET_KEY the one that it was stored with?`;
      throw new UnreadableSecret(detail, { cause: error });
    }
  }
}
