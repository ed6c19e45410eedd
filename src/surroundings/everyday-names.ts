/** Names in the languages' own libraries, and of what every class has: behind a dot they seldom mean what we know. */
const names = new Set(
  `
  __call__ __init__ __new__ add afterEach all any append Array ArrayList assert beforeEach bool Boolean Box
  Buffer cap catch clear clone close cls collect concat constructor copy count Date debug default delete
  describe dict each echo empty entries enumerate equals Err Error error every Exception exec exit expect
  extend False false filter finally find first float forEach format free from get has hashCode HashMap
  IllegalArgumentException includes index indexOf info init insert int Integer into isEmpty isinstance it
  items iter join JSON keys last len length List list log Long main make malloc Map map match Math max
  memcpy memset min new next None null NULL nullptr Number Object Ok open Option Optional Override panic
  parse pop print printf println Promise push puts race raise range read recover reduce RegExp reject
  remove render replace require resolve Result return run RuntimeException select self set Set setup setUp
  shift size sizeof slice Some some sort sorted splice split sprintf state std str Stream String string
  stringify strlen sum super Symbol System tearDown test then this toString trim true True tuple TypeError
  undefined unwrap update ValueError valueOf values Vec vector warn write zip
  `.split(/\s+/),
)

export function isEveryday(name: string): boolean {
  return names.has(name)
}
