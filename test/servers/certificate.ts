import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

export type Certificate = { readonly certFile: string; readonly keyFile: string; readonly pem: string }

/** A certificate for 127.0.0.1 that nobody trusts yet. */
export async function createCertificate(folder: string): Promise<Certificate> {
  const certFile = join(folder, 'certificate.pem')
  const keyFile = join(folder, 'key.pem')
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile]
  const names = ['-subj', '/CN=Test gateway', '-addext', 'subjectAltName=IP:127.0.0.1']
  await promisify(execFile)('openssl', ['req', '-x509', ...key, '-out', certFile, '-days', '2', ...names])
  return { certFile, keyFile, pem: await readFile(certFile, 'utf8') }
}
