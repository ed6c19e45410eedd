import * as v from 'valibot'

// What an input's text may be, and the value it becomes. Each message says what is allowed; `loadConfig` puts
// the input's name and value in front of it. Text arrives trimmed.

export const text = v.string()

/** Travels in an HTTP header; a line break in it would fail every request with an obscure message. */
export const token = v.pipe(v.string(), v.regex(/^[\x21-\x7e]*$/, 'visible ASCII characters without spaces'))

export const oneOf = <const Choices extends readonly string[]>(choices: Choices) =>
  v.picklist(choices, `one of ${choices.join(', ')}`)

/** Plain decimal digits: `Number` and `parseInt` would also take `1e3`, `0x10` or `10 minutes`. */
export const wholeNumber = (min: number, max = Number.MAX_SAFE_INTEGER) => {
  const allowed =
    max === Number.MAX_SAFE_INTEGER
      ? `a whole number, ${min} or more`
      : `a whole number from ${min} to ${max}`
  return v.pipe(
    v.string(),
    v.regex(/^(0|[1-9]\d*)$/, allowed),
    v.transform(Number),
    v.minValue(min, allowed),
    v.maxValue(max, allowed),
  )
}

/** The spellings of YAML's core schema, which are also those the Actions toolkit takes. */
export const flag = v.pipe(
  v.string(),
  v.regex(/^(true|True|TRUE|false|False|FALSE)$/, 'true or false'),
  v.transform((spelling) => spelling.toLowerCase() === 'true'),
)

/** Separated by commas or line breaks; a name given twice counts once. */
export const list = v.pipe(
  v.string(),
  v.transform((items) => [
    ...new Set(
      items
        .split(/[,\n]/)
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    ),
  ]),
  v.readonly(),
)

const isServerUrl = (url: string): boolean => {
  if (!/^https?:\/\/\S+$/i.test(url) || /[?#]/.test(url) || !URL.canParse(url)) return false
  const { username, password } = new URL(url)
  return username === '' && password === ''
}

/** Paths are appended to it, so it has no query and ends without a slash. */
export const serverUrl = v.pipe(
  v.string(),
  v.check(isServerUrl, 'an http or https URL without user name, password, query or fragment'),
  v.transform((url) => url.replace(/\/+$/, '')),
)

const canonicalTag = (tag: string): string | undefined => {
  try {
    return Intl.getCanonicalLocales(tag)[0]
  } catch {
    return undefined // a RangeError is how Intl says "not a language tag"
  }
}

export const languageTag = v.pipe(
  v.string(),
  v.transform(canonicalTag),
  v.string('a BCP 47 language tag such as en, de or pt-BR'),
)

/** GitHub takes either as the issuer of an App's token. */
export const appId = v.pipe(
  v.string(),
  v.regex(/^(\d+|Iv[\w.]+)$/, "the App's numeric ID or its client ID (Iv…)"),
)

/** Secret stores that know no line breaks hold them as the two characters `\n`. */
export const privateKey = v.pipe(
  v.string(),
  v.transform((pem) => pem.replaceAll('\\n', '\n').replaceAll('\r\n', '\n').trim()),
  v.regex(
    /^-----BEGIN (RSA )?PRIVATE KEY-----\n[\w+/=\s]+\n-----END \1PRIVATE KEY-----$/,
    'the PEM text of the private key, from -----BEGIN to -----END',
  ),
)
