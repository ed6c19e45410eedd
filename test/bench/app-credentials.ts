import { generateKeyPairSync } from 'node:crypto'

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})

export const appCredentials = {
  ...{ appId: '4711', slug: 'shop-reviewer', privateKey, publicKey },
  webhookSecret: 'correct-horse',
} as const
